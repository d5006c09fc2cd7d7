import { type CopyAiRun, type Endpoints, toRun, type WebhookEvent } from '../api';
import { type Answer, Calls, type Clock } from '../runs';
import { type Fault, isTooDeep } from '../shared/http';
import { judge } from './reception';

/** What Copy.ai says about a delivery. */
export type Verdict =
	/** It is so; this is the run. */
	| { kind: 'confirmed'; run: CopyAiRun }
	/** There is no such run in this workflow, or it did not end like this. */
	| { kind: 'contradicted' }
	/** It can't be reached, or does not say so yet. */
	| { kind: 'unknown'; why: string };

/** Pauses between tries, ms: a run can be missing at first, and its end can show later than its event. */
const PAUSES_MS = [500, 1000, 2000, 3000];
/** How long the sender of a delivery is kept waiting at the most, ms. */
export const PATIENCE_MS = 8000;

/** Asks Copy.ai for the run that a delivery tells of, a few times if it is not there or not over yet. */
export async function readBack(
	api: Endpoints,
	clock: Clock,
	event: WebhookEvent,
	workflowId: string,
	runId: string,
): Promise<Verdict> {
	const over = new AbortController();
	const done = new AbortController();
	void clock.sleep(PATIENCE_MS, done.signal).then(() => over.abort());
	const calls = new Calls<Fault>(1, over.signal);
	let verdict: Verdict = { kind: 'unknown', why: 'Copy.ai gave no answer in time' };

	for (let tries = 0; !over.signal.aborted; tries++) {
		const answer = await calls.run(async () => await api.getRun(workflowId, runId));
		if (answer.kind === 'stopped') break;
		const said = toVerdict(answer, event, workflowId, runId);
		verdict = said.verdict;
		const pause = PAUSES_MS[tries];
		if (said.isFinal || pause === undefined) break;
		const asked = 'waitMs' in answer ? (answer.waitMs ?? 0) : 0;
		await clock.sleep(Math.max(pause, asked), over.signal);
	}
	done.abort();
	return verdict;
}

function toVerdict(
	answer: Exclude<Answer<Record<string, unknown>, Fault>, { kind: 'stopped' }>,
	event: WebhookEvent,
	workflowId: string,
	runId: string,
): { verdict: Verdict; isFinal: boolean } {
	if (answer.kind === 'absent') return { verdict: { kind: 'contradicted' }, isFinal: false };
	if (answer.kind !== 'ok') {
		const { httpCode = 0, message } = answer.fault;
		// Reached, and not denied to this key: the ids themselves are no good.
		const isNoRun = answer.kind === 'refused' && httpCode >= 400 && httpCode < 500;
		return {
			verdict: isNoRun ? { kind: 'contradicted' } : { kind: 'unknown', why: message },
			isFinal: answer.kind === 'refused' || answer.kind === 'denied',
		};
	}
	if (isTooDeep(answer.value)) {
		const why = `run ${runId} is nested too deep for n8n`;
		return { verdict: { kind: 'unknown', why }, isFinal: true };
	}
	const run = toRun(answer.value, workflowId);
	switch (judge(event, run, runId, workflowId)) {
		case 'confirmed':
			return { verdict: { kind: 'confirmed', run: { ...run, id: runId } }, isFinal: true };
		case 'contradicted':
			return { verdict: { kind: 'contradicted' }, isFinal: true };
		case 'notYet': {
			const why = `run ${runId} is ${run.status || 'without status'} in Copy.ai`;
			return { verdict: { kind: 'unknown', why }, isFinal: false };
		}
	}
}
