import { addAttempt, type Attempt, reusableAttempt } from './attempts';
import type { KeyReader } from './keyReader';
import { MAX_PAGE_SIZE } from './pagePlan';
import { callWithin } from './retryBudget';
import { SEARCHED, type SearchDeps, type SearchResult } from './runSearch';

/** What a scan is to find. */
interface Scan {
	workflowId: string;
	/** The keys, without attempt. */
	bases: Set<string>;
	/** How many of the newest runs to read. */
	depth: number;
}

/** Reads the newest runs, page after page, until every key has a run to be reused or `depth` is reached. */
export async function scanPages<TRequest, TRun, TError>(
	deps: SearchDeps<TRequest, TRun, TError>,
	keys: KeyReader<TRequest, TRun, TError>,
	{ workflowId, bases, depth }: Scan,
): Promise<SearchResult<TRun, TError>> {
	const runs: SearchResult<TRun, TError>['runs'] = new Map();
	const since = deps.clock.monotonicNow();
	for (let page = 1; (page - 1) * MAX_PAGE_SIZE < depth; page++) {
		const answer = await callWithin(deps, since, () =>
			deps.service.listRuns(workflowId, page, MAX_PAGE_SIZE),
		);
		// A workflow that the service does not know has no runs.
		if (answer.kind === 'notFound') break;
		if (answer.kind !== 'ok') return { runs, end: answer };
		const keyed = await Promise.all(
			answer.value.map(async (listed) => await keys.withKey(workflowId, listed)),
		);
		const unread = keyed.find((read) => read.kind !== 'ok');
		if (unread) return { runs, end: unread };
		// New runs push others down: a run can be on two pages, which does no harm.
		const listed = keyed
			.flatMap((read) => (read.kind === 'ok' ? [read.value] : []))
			.filter((run): run is Attempt<TRun> => run.key !== undefined && bases.has(run.key.base));
		const attempts = await Promise.all(
			listed.map(async (attempt) => await keys.withState(workflowId, attempt)),
		);
		attempts.forEach((attempt) => addAttempt(runs, attempt));
		const isComplete = [...bases].every((base) => reusableAttempt(runs.get(base)));
		if (isComplete || answer.value.length < MAX_PAGE_SIZE) break;
	}
	return { runs, end: SEARCHED };
}
