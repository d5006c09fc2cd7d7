import { minPollDelay, pollDelay } from './delays';
import { type Durations, expectedDelay, isUnexpected } from './durations';
import { ListPoller, type PollerDeps, type PollRound } from './listPoller';
import { hasEnded, PolledRun } from './polledRun';
import { RunOrder } from './runOrder';
import type { Answer, RunSnapshot } from './types';

/** What all workflows of a poller share. */
export interface PollerState {
	/** Requests that the last round took, of all workflows together. */
	requests: number;
}

/**
 * The runs of one workflow that are waited for, and one round of polls for those that are due:
 *
 *     due runs ──> pages ──┬── shown running, or ended in full ──────────> applySnapshot
 *                          ├── not shown, or no page was read ──┐
 *                          ├── shown as ended, but in part ─────┴─> pollRun ──> applySnapshot or applyFailure
 *                          ├── a page failed ────────────────────────────────> applyFailure
 *                          └── pages keep failing, or are denied ─> one pollRun, then the others if it works
 */
export class WorkflowPoller<TRequest, TRun, TError> {
	readonly runs = new Map<string, PolledRun<TRun, TError>>();
	private readonly list: ListPoller<TRequest, TRun, TError>;
	readonly order: RunOrder;
	/** Age at which the first of its runs was seen ended, ms. */
	private minDurationMs?: number;
	/** How long its runs took lately; not used any more once one was much shorter. */
	private durations?: Durations;
	/** Whether this caller may not use the cheaper call for the state of a run. */
	private isStatusDenied = false;

	constructor(
		private readonly workflowId: string,
		private readonly deps: PollerDeps<TRequest, TRun, TError>,
		private readonly state: PollerState,
	) {
		const memory = deps.memoryOf?.(workflowId);
		this.durations = memory?.durations;
		this.order = memory?.order ?? new RunOrder();
		this.list = new ListPoller(workflowId, deps, this.runs, this.order, (...args) =>
			this.applySnapshot(...args),
		);
	}

	/**
	 * The run of this id: the one that is waited for already, or a new one.
	 *
	 * @param isNew whether it was started just now, so that its age shows
	 */
	run(id: string, isNew: boolean): PolledRun<TRun, TError> {
		const known = this.runs.get(id);
		if (known) return known;
		const run = new PolledRun<TRun, TError>(
			id,
			this.order.add(id),
			isNew,
			this.pollDelay(0, isNew, this.runs.size === 0),
			this.deps.clock,
			() => this.runs.delete(id),
		);
		this.runs.set(id, run);
		return run;
	}

	/** Takes a run as it was seen before it was polled; nothing that can't be read of that ends the wait. */
	applyFirst(run: PolledRun<TRun, TError>, snapshot: RunSnapshot<TRun>): void {
		try {
			if (snapshot.isFull) this.applySnapshot(run, snapshot, this.deps.clock.monotonicNow());
		} catch {
			// It is polled as any other.
		}
	}

	/**
	 * Polls every run that is due, and those that nearly are: together they cost less.
	 *
	 * @returns how many requests it took
	 */
	async pollDueRuns(): Promise<number> {
		const dueBefore = this.deps.clock.monotonicNow() + this.minPollDelay / 2;
		const due = [...this.runs.values()].filter((run) => run.nextPollAt <= dueBefore);
		return due.length > 0 ? await this.pollWorkflow(due) : 0;
	}

	private applySnapshot(
		run: PolledRun<TRun, TError>,
		snapshot: RunSnapshot<TRun>,
		askedAt: number,
	): void {
		const { ageMs } = run;
		// A run that had ended when it was added does not show how long its kind takes.
		if (hasEnded(snapshot) && ageMs > 0) {
			this.minDurationMs = Math.min(ageMs, this.minDurationMs ?? Infinity);
			if (run.isNew) this.noteDuration(run.durationMs);
		}
		const isLookout = this.runs.keys().next().value === run.id;
		run.applySnapshot(snapshot, askedAt, () => this.pollDelay(ageMs, run.isNew, isLookout));
	}

	private noteDuration(ms: number): void {
		const expected = this.durations?.expected;
		this.durations?.add(ms);
		if (!expected || !isUnexpected(ms, expected)) return;
		this.durations = undefined;
		for (const run of this.runs.values()) run.pollWithin(this.pollDelay(run.ageMs));
	}

	private async pollWorkflow(due: Array<PolledRun<TRun, TError>>): Promise<number> {
		const round = await this.list.poll(due);
		const ended = this.pollRuns([...round.endedInPart], true);
		const counts = await Promise.all([ended, this.pollUnseen(round)]);
		return counts.reduce((sum, count) => sum + count, round.requests);
	}

	/** @returns how many requests it took */
	private async pollUnseen({ unseen, error }: PollRound<TRun, TError>): Promise<number> {
		const [first, ...others] = unseen;
		if (!error || !first) return await this.pollRuns([...unseen], false);
		const isDenied = error.kind === 'unauthorized';
		if (!isDenied && !this.list.use.keepsFailing) {
			unseen.forEach((run) => run.applyFailure(error));
			return 0;
		}
		// It may be the list alone that fails or is denied: one run shows whether the others can be read.
		const isReadable = await this.pollRun(first, false);
		if (isReadable) this.list.use.noteReadsWork();
		if (isReadable || isDenied) return 1 + (await this.pollRuns(others, false));
		others.forEach((run) => run.applyFailure(error));
		return 1;
	}

	private async pollRuns(runs: Array<PolledRun<TRun, TError>>, areEnded: boolean): Promise<number> {
		await Promise.all(runs.map(async (run) => await this.pollRun(run, areEnded)));
		return runs.length;
	}

	/**
	 * @param isEnded whether it surely has ended, so that only reading it in full is of use
	 * @returns whether there was a good answer
	 */
	private async pollRun(run: PolledRun<TRun, TError>, isEnded: boolean): Promise<boolean> {
		const askedAt = this.deps.clock.monotonicNow();
		try {
			const isStatusPoll = !isEnded && this.readsStatus;
			const answer = await this.readRun(run.id, isStatusPoll);
			if (answer.kind === 'ok') {
				const snapshot = answer.value;
				const isInPart = isStatusPoll && hasEnded(snapshot) && !snapshot.isFull;
				if (isInPart) run.lastSnapshot = snapshot.run;
				else this.applySnapshot(run, snapshot, askedAt);
				return isInPart ? await this.pollRun(run, true) : true;
			}
			if (isStatusPoll && answer.kind === 'unauthorized') {
				// Reading it in full may still be allowed.
				this.isStatusDenied = true;
				return await this.pollRun(run, false);
			}
			run.applyReadFailure(answer, askedAt);
		} catch (error) {
			run.applyThrown(error);
		}
		return false;
	}

	private get readsStatus(): boolean {
		return !this.isStatusDenied && this.deps.service.getRunStatus !== undefined;
	}

	private async readRun(
		id: string,
		isStatusPoll: boolean,
	): Promise<Answer<RunSnapshot<TRun>, TError>> {
		const { limiter, service } = this.deps;
		const { workflowId } = this;
		if (isStatusPoll) {
			const route = { kind: 'status', workflowId, id } as const;
			return await limiter.run(() => service.getRunStatus!(workflowId, id), route);
		}
		const route = { kind: 'read', workflowId, id } as const;
		return await limiter.run(() => service.getRun(workflowId, id), route);
	}

	private get minPollDelay(): number {
		return minPollDelay(this.state.requests, this.deps.limiter.msPerCall);
	}

	/** @param isLookout whether it is looked at to see whether runs take less time than before */
	private pollDelay(ageMs: number, isNew = false, isLookout = false): number {
		const { minDurationMs } = this;
		const { clock, limiter } = this.deps;
		const { requests } = this.state;
		const { msPerCall } = limiter;
		const delayMs = pollDelay(ageMs, { requests, minDurationMs, msPerCall }, clock);
		const expected = isNew ? this.durations?.expected : undefined;
		return expected ? expectedDelay(ageMs, expected, delayMs, isLookout) : delayMs;
	}
}
