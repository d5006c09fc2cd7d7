import type { ErrorDetails, JsonObject } from '../../../../nodes/shared/http';
import { findReason } from '../../../../nodes/shared/http';
import type { Answer } from '../../../../nodes/runs';
import type { Endpoints } from './endpoints';

/**
 * Why runs failed, from the organization's recent activity: for runs whose nodes don't say. It is asked once for all
 * that ask meanwhile, and never again after a denial: not every key has the permission stats:read.
 *
 * @returns looks up a run's reason by the run's ID; nothing when it isn't told
 */
export function recentErrors(api: Endpoints): (runId: string) => Promise<string | undefined> {
	let inFlight: Promise<Answer<JsonObject[], ErrorDetails>> | undefined;
	let isDenied = false;
	return async (runId) => {
		if (isDenied) return undefined;
		inFlight ??= api.listRecentFailures().finally(() => (inFlight = undefined));
		const answer = await inFlight;
		isDenied ||= 'error' in answer && answer.error.httpCode === 403;
		if (answer.kind !== 'ok') return undefined;
		return findReason(answer.value.find((entry) => entry.runId === runId)?.error);
	};
}
