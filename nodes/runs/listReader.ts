import { listOrder, type ListOrder } from './listOrder';
import { MAX_PAGE_SIZE } from './pagePlan';
import { callWithin } from './retryBudget';
import type { SearchDeps } from './runSearch';
import type { Answer, MonotonicTime, RunSnapshot } from './types';

/** More pages than this are not read. */
const MAX_PAGES = 200;
/** So many pages in a row without a run that is new are the end: runs that are started meanwhile push others down. */
const MAX_REPEATED_PAGES = 2;

/**
 * Reads a workflow's list page after page. A short page is not its end: some services cap pages, or serve short ones in
 * the middle. The end is an empty page, or pages that only repeat.
 */
export class ListReader<TRequest, TRun, TError> {
	/** What was listed, in the list's order, each run once. */
	readonly runs: Array<RunSnapshot<TRun>> = [];
	readonly ids = new Set<string>();
	/** When the first page was asked for, ms since 1970. */
	readonly asOf: number;
	/** Whether it was read to its end. */
	isWhole = false;
	private readonly since: MonotonicTime;
	private page = 0;
	private repeated = 0;

	constructor(
		private readonly deps: SearchDeps<TRequest, TRun, TError>,
		private readonly workflowId: string,
	) {
		this.asOf = deps.clock.now();
		this.since = deps.clock.monotonicNow();
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
		const added = answer.value.filter(({ id }) => !this.ids.has(id));
		added.forEach(({ id }) => this.ids.add(id));
		this.runs.push(...added);
		this.repeated = added.length > 0 ? 0 : this.repeated + 1;
		this.isWhole = answer.value.length === 0 || this.repeated >= MAX_REPEATED_PAGES;
		return { kind: 'ok', value: added };
	}
}
