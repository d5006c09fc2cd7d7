import { addAttempt } from './attempts';
import { callWithin } from './retryBudget';
import {
	SEARCHED,
	type SearchDeps,
	type SearchEnd,
	type SearchResult,
	type SearchTarget,
} from './runSearch';

/** Asks for every key, and for its next attempt after each that failed. */
export async function findByKeys<TRequest, TRun, TError>(
	deps: SearchDeps<TRequest, TRun, TError>,
	workflowId: string,
	targets: Map<string, SearchTarget<TRequest>>,
): Promise<SearchResult<TRun, TError>> {
	const runs: SearchResult<TRun, TError>['runs'] = new Map();
	const ends = new Map<string, SearchEnd<TError>>();
	const since = deps.clock.monotonicNow();
	const findAttempts = async ({ base, request }: SearchTarget<TRequest>) => {
		for (let attempt = 1; ; attempt++) {
			const key = { base, attempt };
			const answer = await callWithin(deps, since, () =>
				deps.service.findRunByKey!(workflowId, key, request),
			);
			if (answer.kind === 'notFound') return;
			if (answer.kind !== 'ok') {
				ends.set(base, answer);
				return;
			}
			addAttempt(runs, { ...answer.value, key });
			// Only a failed one has another after it.
			if (answer.value.state !== 'failed') return;
		}
	};
	await Promise.all([...targets.values()].map(findAttempts));
	const [end = SEARCHED] = ends.values();
	return { runs, end, ends };
}
