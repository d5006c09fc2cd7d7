import { withJitter } from './delays';
import { LIST_LAG_MS } from './listProof';
import type { CallDeps } from './retryBudget';
import { endFor, type RunSearch } from './runSearch';
import type { ListDoubt, RunSnapshot, StartKey } from './types';

/** Pauses before the first searches for a run whose answer was lost, ms: most runs are listed soon. */
const SEARCH_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** Pauses between the searches after those, ms. */
const LATE_SEARCH_DELAY_MS = 30_000;
/** So long after the answer was lost, a list that proves nothing is not read again in this try, ms. */
const SEARCH_TIMEOUT_MS = 5 * LIST_LAG_MS;

/** A start whose answer was lost. */
export interface LostStart<TRequest> {
	workflowId: string;
	key: StartKey;
	request: TRequest;
	/** When the answer was lost, or the start was sent, ms since 1970. */
	sentAt: number;
	/** Whether it is to be made again if it surely made no run; else a few searches for its run will do. */
	isRestartable: boolean;
}

/** What came of looking for the run of one key. */
export type FindResult<TRun, TError> =
	| { kind: 'found'; snapshot: RunSnapshot<TRun> }
	/** It was never made. */
	| { kind: 'notFound' }
	/** `error`: the search was not answered; `doubt`: what it brought proves nothing. */
	| { kind: 'unknown'; error?: TError; doubt?: ListDoubt }
	| { kind: 'aborted' };

/**
 * After a lost answer: searches for the run that may have been made until it is found or surely not there. "Not in the
 * list" is not enough for that: see `doubtAbout`.
 *
 *     lost answer ─ 1 s ─ search ─ 2 s ─ search ─ … ─ at 60 s ─ search ─ 30 s ─ search ─ … ─ at 5 min ─▶ unknown (doubt)
 *                           ├ shows the key ───────────────────▶ found
 *                           ├ proves that there is none ───────▶ notFound: it may be started again
 *                           └ is not answered ─────────────────▶ unknown (error)
 *
 * A service that is asked for each key proves it by not showing the run at 60 s or later.
 */
export async function findStartedRun<TRequest, TRun, TError>(
	{ clock, limiter, debug }: CallDeps<TError>,
	search: RunSearch<TRequest, TRun, TError>,
	{ workflowId, key, request, sentAt, isRestartable }: LostStart<TRequest>,
): Promise<FindResult<TRun, TError>> {
	const { base, attempt } = key;
	for (let searches = 1; ; searches++) {
		await limiter.sleep(searchDelay(searches, clock.now() - sentAt, clock), clock);
		const result = await search.search(workflowId, [{ base, request, sentAt }]);
		const snapshot = result.runs.get(base)?.find((run) => run.key.attempt === attempt);
		debug?.(
			`search ${searches} after a lost response: ${snapshot ? `run ${snapshot.id}` : 'no run'}`,
		);
		if (snapshot) return { kind: 'found', snapshot };
		const end = endFor(result, base);
		if (end.kind === 'aborted') return end;
		if (end.kind !== 'ok') return { kind: 'unknown', error: end.error };

		const doubt = search.doubt(workflowId, result, sentAt);
		if (!doubt) return { kind: 'notFound' };
		if (searches < SEARCH_DELAYS_MS.length) continue;
		if (!isRestartable) return { kind: 'unknown', doubt };
		if (clock.now() - sentAt >= SEARCH_TIMEOUT_MS) return { kind: 'unknown', doubt };
	}
}

/** @param ageMs since the answer was lost */
function searchDelay(searches: number, ageMs: number, clock: CallDeps<unknown>['clock']): number {
	const delayMs = SEARCH_DELAYS_MS[searches - 1];
	if (delayMs !== undefined) return withJitter(delayMs, clock);
	// The first moment at which a list can prove anything.
	return ageMs < LIST_LAG_MS ? LIST_LAG_MS - ageMs : withJitter(LATE_SEARCH_DELAY_MS, clock);
}
