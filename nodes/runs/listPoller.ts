import { listIndex, listPollsToSkip, noteListIndex } from './listIndex';
import { MAX_PAGE_SIZE, planPages, type PagePlan } from './pagePlan';
import type { FailedCall, PolledRun } from './polledRun';
import type { RequestLimiter } from './requestLimiter';
import type { Clock, RunService, RunSnapshot } from './types';

/** What polling works with. */
export interface PollerDeps<TRequest, TRun, TError> {
	service: RunService<TRequest, TRun, TError>;
	limiter: RequestLimiter<TError>;
	clock: Clock;
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

/**
 * Polls the list of one workflow, for as long as that is of use:
 *
 *     pages are read ──┬── they show some of the runs ──> read again in the next round
 *                      ├── they show none of them ──────> left out for 1, 3, 7, 15, then 31 rounds
 *                      └── no states, or rejected ──────> not read again
 */
export class ListPoller<TRequest, TRun, TError> {
	addedCount = 0;
	listOffset = 0;
	/** False once the list turned out not to show the states of runs. */
	private listShowsState = true;
	/** List polls in a row that showed none of the runs they were made for. */
	private fruitlessListPolls = 0;
	private listPollsToSkip = 0;

	/**
	 * @param runs those of the workflow that are waited for, by id
	 * @param applySnapshot takes a run as a page showed it
	 */
	constructor(
		private readonly workflowId: string,
		private readonly deps: PollerDeps<TRequest, TRun, TError>,
		private readonly runs: ReadonlyMap<string, PolledRun<TRun, TError>>,
		private readonly applySnapshot: (
			run: PolledRun<TRun, TError>,
			snapshot: RunSnapshot<TRun>,
		) => void,
	) {}

	/** Reads pages where that is fewer requests than one per run. */
	async poll(due: Array<PolledRun<TRun, TError>>): Promise<PollRound<TRun, TError>> {
		const round: PollRound<TRun, TError> = {
			unseen: new Set(due),
			endedInPart: new Set(),
			requests: 0,
		};
		const plan = this.nextPagePlan(due);
		if (!plan) return round;
		await this.pollPages(round, plan);
		const isFruitless = round.unseen.size === due.length && !round.error;
		this.fruitlessListPolls = isFruitless ? this.fruitlessListPolls + 1 : 0;
		this.listPollsToSkip = listPollsToSkip(this.fruitlessListPolls);
		return round;
	}

	private nextPagePlan(due: Array<PolledRun<TRun, TError>>): PagePlan | undefined {
		if (!this.listShowsState) return undefined;
		if (this.listPollsToSkip > 0) {
			this.listPollsToSkip--;
			return undefined;
		}
		return planPages(due.map((run) => listIndex(this, run)));
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
		const { limiter, service } = this.deps;
		round.requests++;
		const answer = await limiter.run(() => service.listRuns(this.workflowId, page, size));
		if (answer.kind === 'rejected' || answer.kind === 'notFound') {
			this.listShowsState = false;
			return 0;
		}
		if (answer.kind !== 'ok') {
			round.error = answer;
			return 0;
		}
		const list = answer.value;
		const isStateless = list.every(({ state }) => state === 'unknown');
		if (list.length > 0 && isStateless) this.listShowsState = false;
		const firstIndex = (page - 1) * size;
		list.forEach((snapshot, index) => this.applyListed(round, snapshot, firstIndex + index));
		return list.length;
	}

	private applyListed(
		round: PollRound<TRun, TError>,
		snapshot: RunSnapshot<TRun>,
		index: number,
	): void {
		const run = this.runs.get(snapshot.id);
		if (!run) return;
		noteListIndex(this, run, index);
		if (snapshot.state === 'unknown') return;
		round.unseen.delete(run);
		if (snapshot.state === 'running' || snapshot.isFull) this.applySnapshot(run, snapshot);
		else round.endedInPart.add(run);
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
