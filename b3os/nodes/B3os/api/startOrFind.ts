import type { Answer } from '../../../../nodes/runs';
import type { ErrorDetails } from '../../../../nodes/shared/http';
import type { Endpoints, StartBody } from './endpoints';
import { mismatch } from './sameRun';
import type { StartLog } from './startLog';

/** Bad request, conflict, unprocessable: what a duplicate may be answered with. */
const MAY_BE_DUPLICATE = [400, 409, 422];

/**
 * Starts a run, or finds the one that was started before with the same ID. B3OS documents no answer to a second start
 * with one ID on this route, so that any 400 (or 409, 422) may mean that: it is believed only when the run is there, and is the one
 * that is asked for.
 *
 *     start ─┬ 400 ─ read the run ─┬ it is as asked ───────────▶ ok
 *            │                     ├ it is another ────────────▶ rejected, with what differs
 *            │                     ├ there is none ─┬ 400079 ──▶ alreadyExists
 *            │                     │                └ else ────▶ rejected: the start was refused
 *            │                     └ can't be read ────────────▶ alreadyExists
 *            └ anything else ──────────────────────────────────▶ as it is
 *
 * @param starts is told what became of the start itself
 *
 * Source: `POST /v1/workflows/{id}/run` and the codes of `POST /v1/runs` in https://docs.b3os.org/api/reference
 */
export async function startOrFind(
	api: Endpoints,
	workflowId: string,
	body: StartBody,
	starts: StartLog,
): Promise<Answer<string, ErrorDetails>> {
	const answer = await api.startRun(workflowId, body);
	starts.note(body.runId, answer);
	const mayBeDuplicate = 'error' in answer && MAY_BE_DUPLICATE.includes(answer.error.httpCode ?? 0);
	if (!mayBeDuplicate) return answer;

	const { runId, ...asked } = body;
	const found = await api.getRun(runId);
	switch (found.kind) {
		case 'ok': {
			const error = mismatch(found.value, runId, workflowId, asked);
			return error ? { kind: 'rejected', error } : { kind: 'ok', value: runId };
		}
		case 'aborted':
			return found;
		case 'notFound':
			return answer;
		default:
			return { kind: 'alreadyExists', error: answer.error };
	}
}
