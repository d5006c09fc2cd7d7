import { type B3osRun, endOf, type Endpoints, MAX_PAGE_SIZE, toRun } from '../B3os/api';
import { type Answer, listOrder, RequestLimiter, retry } from '../../../nodes/runs';
import { clock, type ErrorDetails } from '../../../nodes/shared/http';
import { type ListedRun, MAX_AGE_MS } from '../../../nodes/shared/trigger';

/** Pages that one poll reads of a list: 1,000 runs. */
export const MAX_PAGES = 10;
/** Unfinished runs that one poll looks at one by one, because the pages didn't contain them. */
export const MAX_LOOKUPS = 20;
/** How often a request is attempted in one poll: about 2 s of delays. */
const MAX_ATTEMPTS = 3;
const CONCURRENCY = 10;

const EVENT_OF: Record<string, string> = {
	waiting: 'run.waiting',
	success: 'run.completed',
	partial: 'run.completed',
	failure: 'run.failed',
	cancelled: 'run.cancelled',
};

/** Repeats calls after a temporary failure, a limited number at a time. */
export function createRetry() {
	const limiter = new RequestLimiter<ErrorDetails>(CONCURRENCY);
	return async <T>(call: () => Promise<Answer<T, ErrorDetails>>) =>
		await retry(call, limiter, clock, MAX_ATTEMPTS);
}

export type Retry = ReturnType<typeof createRetry>;

/** A run as the shared code knows it. @param now ms since 1970 */
export function toListedRun(run: B3osRun, now: number): ListedRun {
	const { id, workflowId, status, startedAt, finishedAt } = run;
	const isFinished = endOf(status) !== undefined;
	return {
		id,
		workflowId,
		createdAt: toTime(startedAt),
		changedAt: isFinished ? (toTime(finishedAt) ?? toTime(startedAt)) : now,
		events: ['run.started', EVENT_OF[status] ?? []].flat(),
		isFinished,
	};
}

/**
 * Reads the list of runs until the rest is known. B3OS promises no order: where the list isn't sorted newest first, all
 * of its first 1,000 runs are read.
 *
 * @param workflowId empty: all workflows
 * @param isHandled whether nothing more happens to a run that the trigger waits for
 */
export async function listRuns(
	api: Endpoints,
	tryAgain: Retry,
	workflowId: string,
	isHandled: (run: ListedRun) => boolean,
): Promise<Answer<ListedRun[], ErrorDetails>> {
	const now = clock.now();
	const found = new Map<string, ListedRun>();
	for (let page = 0; page < MAX_PAGES; page++) {
		const request = { limit: MAX_PAGE_SIZE, offset: page * MAX_PAGE_SIZE };
		const answer = await tryAgain(async () =>
			workflowId ? await api.listRuns(workflowId, request) : await api.listAllRuns(request),
		);
		if (answer.kind !== 'ok') return answer;
		const runs = answer.value.items
			.map((raw) => toListedRun(toRun(raw, workflowId), now))
			.filter(({ id }) => id !== '');
		for (const run of runs) found.set(run.id, run);
		const all = [...found.values()];
		const isSorted = listOrder(all.map(({ createdAt }) => createdAt)) !== 'mixed' && !isRising(all);
		const isRestKnown = isSorted && runs.every((run) => isHandled(run) || isOld(run, now));
		if (!answer.value.hasMore || runs.length === 0 || isRestKnown) break;
	}
	return { kind: 'ok', value: [...found.values()] };
}

/**
 * Looks at unfinished runs that the list didn't contain.
 *
 * @param ids the ones that were looked at longest ago first
 * @returns those that exist, and the ids to look at next time, without those that don't
 */
export async function lookUp(
	api: Endpoints,
	tryAgain: Retry,
	ids: string[],
): Promise<{ runs: ListedRun[]; left: string[] }> {
	const now = clock.now();
	const runs: ListedRun[] = [];
	const left = ids.slice(MAX_LOOKUPS);
	await Promise.all(
		ids.slice(0, MAX_LOOKUPS).map(async (id) => {
			const answer = await tryAgain(async () => await api.getRun(id, 'summary'));
			if (answer.kind === 'ok') runs.push({ ...toListedRun(toRun(answer.value, ''), now), id });
			else if (answer.kind !== 'notFound') left.push(id);
		}),
	);
	return { runs, left };
}

function isOld({ createdAt = Infinity, isFinished }: ListedRun, now: number): boolean {
	return isFinished === true && createdAt < now - MAX_AGE_MS;
}

function isRising(runs: ListedRun[]): boolean {
	return listOrder(runs.map(({ createdAt }) => createdAt)) === 'oldestFirst';
}

/** ms since 1970. */
function toTime(time: string | null): number | undefined {
	const parsed = Date.parse(time ?? '');
	return Number.isNaN(parsed) ? undefined : parsed;
}
