import { withJitter } from './delays';
import type { CallDeps } from './retryBudget';
import { endFor, type RunSearch } from './runSearch';
import type { RunSnapshot, StartKey } from './types';

/** Pauses before each search for a run whose answer was lost, ms: a new run can be listed late. */
const SEARCH_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

/** What came of looking for the run of one key. */
export type FindResult<TRun, TError> =
	| { kind: 'found'; snapshot: RunSnapshot<TRun> }
	| { kind: 'notFound' }
	/** The search itself did not succeed. */
	| { kind: 'unknown'; error: TError }
	| { kind: 'aborted' };

/**
 * After a lost answer: searches for the run that may have been made, more than once, as it can be listed late.
 *
 *     lost answer ─ 1 s ─ search ─ 2 s ─ search ─ … ─ 15 s ─ search ─▶ notFound: it may be started again
 *                           └ shows the key ─▶ found
 *                           └ can't be made ─▶ unknown
 */
export async function findStartedRun<TRequest, TRun, TError>(
	{ clock, limiter }: CallDeps<TError>,
	search: RunSearch<TRequest, TRun, TError>,
	workflowId: string,
	{ base, attempt }: StartKey,
): Promise<FindResult<TRun, TError>> {
	for (const delayMs of SEARCH_DELAYS_MS) {
		await limiter.sleep(withJitter(delayMs, clock), clock);
		const result = await search.search(workflowId, [base]);
		const snapshot = result.runs.get(base)?.find(({ key }) => key.attempt === attempt);
		if (snapshot) return { kind: 'found', snapshot };
		const end = endFor(result, base);
		if (end.kind === 'aborted') return end;
		if (end.kind !== 'ok') return { kind: 'unknown', error: end.error };
	}
	return { kind: 'notFound' };
}
