import { listOrder, type ListOrder } from './listOrder';
import { MAX_PAGE_SIZE } from './pagePlan';
import { PageTracker } from './pageTracker';
import { callWithin } from './retryBudget';
import type { SearchDeps } from './runSearch';
import type { Answer, MonotonicTime, RunSnapshot } from './types';

/** More pages than this are not read. */
const MAX_PAGES = 200;

/** Reads a workflow's list page after page, to its end or as far as is wanted. */
export class ListReader<TRequest, TRun, TError> {
	/** What was listed, in the list's order, each run once. */
	readonly runs: Array<RunSnapshot<TRun>> = [];
	/** When the first page was asked for, ms since 1970. */
	readonly asOf: number;
	/** Whether it was read to its end. */
	isWhole = false;
	private readonly since: MonotonicTime;
	private page = 0;
	private readonly tracker = new PageTracker<RunSnapshot<TRun>>();

	constructor(
		private readonly deps: SearchDeps<TRequest, TRun, TError>,
		private readonly workflowId: string,
	) {
		this.asOf = deps.clock.now();
		this.since = deps.clock.monotonicNow();
	}

	get ids(): ReadonlySet<string> {
		return this.tracker.ids;
	}

	get order(): ListOrder {
		return listOrder(this.runs.map(({ createdAt }) => createdAt));
	}

	/** When the oldest of the runs was made, if all show it. */
	get oldestAt(): number | undefined {
		const oldest = this.runs.reduce(
			(least, { createdAt = NaN }) => Math.min(least, createdAt),
			Infinity,
		);
		return Number.isFinite(oldest) ? oldest : undefined;
	}

	/** Whether no other page is read. */
	get isOver(): boolean {
		return this.isWhole || this.page >= MAX_PAGES;
	}

	/** @returns the runs of the next page that were not on one before */
	async next(): Promise<Answer<Array<RunSnapshot<TRun>>, TError>> {
		const { service } = this.deps;
		const page = ++this.page;
		const answer = await callWithin(this.deps, this.since, () =>
			service.listRuns(this.workflowId, page, MAX_PAGE_SIZE),
		);
		if (answer.kind !== 'ok') return answer;
		const { added, isEnd } = this.tracker.add(answer.value);
		this.runs.push(...added);
		this.isWhole = isEnd;
		return { kind: 'ok', value: added };
	}
}
