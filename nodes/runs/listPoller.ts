import { listIndex, type ListState, noteListIndex } from './listIndex';
import { ListUse } from './listUse';
import { describePlan, MAX_PAGE_SIZE, planPages, type PagePlan } from './pagePlan';
import type { FailedCall, PolledRun } from './polledRun';
import type { RequestLimiter } from './requestLimiter';
import type { RunOrder } from './runOrder';
import type { WorkflowMemory } from './serviceMemory';
import type { Answer, Clock, Debug, RunService, RunSnapshot } from './types';

/** What polling works with. */
export interface PollerDeps<TRequest, TRun, TError> {
	service: RunService<TRequest, TRun, TError>;
	limiter: RequestLimiter<TError>;
	clock: Clock;
	/** What is remembered of a workflow, if anything is. */
	memoryOf?: (workflowId: string) => WorkflowMemory;
	debug?: Debug;
}

/** What came of one round so far. */
export interface PollRound<TRun, TError> {
	/** Runs that no page has shown, or only without their state. */
	unseen: Set<PolledRun<TRun, TError>>;
	/** Runs that a page has shown as ended, but without everything that they return. */
	endedInPart: Set<PolledRun<TRun, TError>>;
	/** Pages that were read. */
	requests: number;
	/** Why a page could not be read. */
	error?: FailedCall<TError>;
}

/** A page, or why there is none; `refused`: reading it again at once would be of no use. */
type PageAnswer<TRun, TError> =
	| Exclude<
			Answer<Array<RunSnapshot<TRun>>, TError>,
			{ kind: 'rejected' | 'notFound' | 'alreadyExists' }
	  >
	| { kind: 'refused' };

/** Polls the list of one workflow, for as long as that is of use (see ListUse). */
export class ListPoller<TRequest, TRun, TError> implements ListState {
	listOffset = 0;
	readonly use = new ListUse();

	/**
	 * @param runs those of the workflow that are waited for, by id
	 * @param order in which they and others of the workflow were added
	 * @param applySnapshot takes a run as a page showed it
	 */
	constructor(
		private readonly workflowId: string,
		private readonly deps: PollerDeps<TRequest, TRun, TError>,
		private readonly runs: ReadonlyMap<string, PolledRun<TRun, TError>>,
		private readonly order: RunOrder,
		private readonly applySnapshot: (
			run: PolledRun<TRun, TError>,
			snapshot: RunSnapshot<TRun>,
			askedAt: number,
		) => void,
	) {}

	get addedCount(): number {
		return this.order.addedCount;
	}

	/** Reads pages where that is fewer requests than one per run. */
	async poll(due: Array<PolledRun<TRun, TError>>): Promise<PollRound<TRun, TError>> {
		const round: PollRound<TRun, TError> = {
			unseen: new Set(due),
			endedInPart: new Set(),
			requests: 0,
		};
		const plan = this.nextPagePlan(due);
		this.deps.debug?.(describePlan(this.workflowId, due.length, plan));
		if (!plan) return round;
		await this.pollPages(round, plan);
		const hasFailed = round.error !== undefined;
		const isFruitless = round.unseen.size === due.length && !hasFailed;
		this.use.noteRound(isFruitless, hasFailed);
		return round;
	}

	private nextPagePlan(due: Array<PolledRun<TRun, TError>>): PagePlan | undefined {
		if (this.use.isClosed(this.deps.clock.monotonicNow())) return undefined;
		const plan = planPages(due.map((run) => listIndex(this, run.listed)));
		const runsPerPage = plan ? due.length / plan.numbers.length : 0;
		return this.use.skipsRound(runsPerPage) ? undefined : plan;
	}

	private async pollPages(
		round: PollRound<TRun, TError>,
		{ numbers, size }: PagePlan,
	): Promise<void> {
		const singleRequests = round.unseen.size;
		const shown = await Promise.all(
			numbers.map(async (page) => await this.pollPage(round, page, size)),
		);
		if (shown[shown.length - 1] !== size) return;
		// Others' runs push ours down the list: read on while that is fewer requests than one per run.
		const covered = numbers[numbers.length - 1] * size;
		let page = Math.floor(covered / MAX_PAGE_SIZE) + 1;
		let unseenBefore = singleRequests;
		let isLastPage = false;
		while (!isLastPage && isWorthReadingOn(round, singleRequests, unseenBefore)) {
			unseenBefore = round.unseen.size;
			const count = await this.pollPage(round, page, MAX_PAGE_SIZE);
			isLastPage = count !== MAX_PAGE_SIZE;
			page++;
		}
	}

	/** Takes the runs that the page shows out of `unseen`. @returns how many runs are on the page */
	private async pollPage(
		round: PollRound<TRun, TError>,
		page: number,
		size: number,
	): Promise<number> {
		round.requests++;
		const askedAt = this.deps.clock.monotonicNow();
		const answer = await this.readPage(page, size);
		if (answer.kind === 'ok') {
			this.applyPage(round, answer.value, (page - 1) * size, askedAt);
			return answer.value.length;
		}
		if (answer.kind === 'unauthorized') this.use.close();
		if (answer.kind === 'refused') this.use.noteRefusal(this.deps.clock.monotonicNow());
		else round.error = answer;
		return 0;
	}

	private async readPage(page: number, size: number): Promise<PageAnswer<TRun, TError>> {
		const { limiter, service } = this.deps;
		const { workflowId } = this;
		const route = { kind: 'list', workflowId, id: String(page) } as const;
		try {
			const answer = await limiter.run(() => service.listRuns(workflowId, page, size), route);
			switch (answer.kind) {
				case 'rejected':
				case 'notFound':
				case 'alreadyExists':
					return { kind: 'refused' };
				default:
					return answer;
			}
		} catch {
			// Runs are read one by one then: what can't be read of one is that run's own error.
			return { kind: 'refused' };
		}
	}

	private applyPage(
		round: PollRound<TRun, TError>,
		list: Array<RunSnapshot<TRun>>,
		firstIndex: number,
		askedAt: number,
	): void {
		let isStateless = list.length > 0;
		list.forEach((snapshot, index) => {
			try {
				if (snapshot.state !== 'unknown') isStateless = false;
				this.applyListed(round, snapshot, firstIndex + index, askedAt);
			} catch {
				// The run is still unseen: it is read by itself, and is given up alone if that throws as well.
				isStateless = false;
			}
		});
		if (isStateless) this.use.close();
	}

	private applyListed(
		round: PollRound<TRun, TError>,
		snapshot: RunSnapshot<TRun>,
		index: number,
		askedAt: number,
	): void {
		const run = this.runs.get(snapshot.id);
		if (!run) return;
		noteListIndex(this, run.listed, index);
		if (snapshot.state === 'unknown') return;
		if (snapshot.state === 'running' || snapshot.isFull) this.applySnapshot(run, snapshot, askedAt);
		else round.endedInPart.add(run);
		round.unseen.delete(run);
	}
}

/** A page that showed some more of the runs makes the next one more promising. */
function isWorthReadingOn<TRun, TError>(
	{ unseen, requests, error }: PollRound<TRun, TError>,
	singleRequests: number,
	unseenBefore: number,
): boolean {
	const maxRequests = unseen.size < unseenBefore ? singleRequests : singleRequests / 4;
	return !error && unseen.size > 1 && requests < maxRequests;
}
