import { minPollDelay, pollDelay } from './delays';
import { ListPoller, type PollerDeps } from './listPoller';
import { type FailedCall, hasEnded, PolledRun } from './polledRun';
import type { RunSnapshot } from './types';

/** What all workflows of a poller share. */
export interface PollerState<TError> {
	/** Requests that the last round took, of all workflows together. */
	requests: number;
	/** Ends the wait for all runs of all workflows. */
	giveUpAll: (error: TError) => void;
}

/**
 * The runs of one workflow that are waited for, and one round of polls for those that are due:
 *
 *     due runs ──> pages ──┬── shown running, or ended in full ──────────> applySnapshot
 *                          ├── not shown, or no page was read ──┐
 *                          ├── shown as ended, but in part ─────┴─> pollRun ──> applySnapshot or applyFailure
 *                          └── a page failed ────────────────────────────────> applyFailure
 */
export class WorkflowPoller<TRequest, TRun, TError> {
	readonly runs = new Map<string, PolledRun<TRun, TError>>();
	private readonly list: ListPoller<TRequest, TRun, TError>;
	/** Age at which the first of its runs was seen ended, ms. */
	private minDurationMs?: number;

	constructor(
		private readonly workflowId: string,
		private readonly deps: PollerDeps<TRequest, TRun, TError>,
		private readonly state: PollerState<TError>,
	) {
		this.list = new ListPoller(workflowId, deps, this.runs, (run, snapshot) =>
			this.applySnapshot(run, snapshot),
		);
	}

	/** @param timeoutMs how long the run may take from now on, ms */
	add(id: string, timeoutMs: number): PolledRun<TRun, TError> {
		const addedIndex = this.list.addedCount;
		const added = { id, addedIndex, timeoutMs, firstDelayMs: this.pollDelay(0) };
		const run = new PolledRun<TRun, TError>(added, this.deps.clock, () => this.runs.delete(id));
		this.list.addedCount++;
		this.runs.set(id, run);
		return run;
	}

	/**
	 * Polls every run that is due, and those that nearly are: together they cost less.
	 *
	 * @returns how many requests it took
	 */
	async pollDueRuns(): Promise<number> {
		const dueBefore = this.deps.clock.now() + minPollDelay(this.state.requests) / 2;
		const due = [...this.runs.values()].filter((run) => run.nextPollAt <= dueBefore);
		return due.length > 0 ? await this.pollWorkflow(due) : 0;
	}

	applySnapshot(run: PolledRun<TRun, TError>, snapshot: RunSnapshot<TRun>): void {
		const { ageMs } = run;
		// A run that had ended when it was added does not show how long its kind takes.
		if (hasEnded(snapshot) && ageMs > 0) {
			this.minDurationMs = Math.min(ageMs, this.minDurationMs ?? Infinity);
		}
		run.applySnapshot(snapshot, () => this.pollDelay(ageMs));
	}

	private async pollWorkflow(due: Array<PolledRun<TRun, TError>>): Promise<number> {
		const { unseen, endedInPart, error, requests } = await this.list.poll(due);
		if (error) unseen.forEach((run) => this.applyFailure(run, error));
		const single = [...(error ? [] : unseen), ...endedInPart];
		await Promise.all(single.map(async (run) => await this.pollRun(run, endedInPart.has(run))));
		return requests + single.length;
	}

	/** @param isEnded whether it surely has ended, so that only reading it in full is of use */
	private async pollRun(run: PolledRun<TRun, TError>, isEnded: boolean): Promise<void> {
		const { limiter, service } = this.deps;
		const { workflowId } = this;
		const isStatusPoll = !isEnded && service.getRunStatus !== undefined;
		const answer = await limiter.run(() =>
			isStatusPoll ? service.getRunStatus!(workflowId, run.id) : service.getRun(workflowId, run.id),
		);
		if (answer.kind !== 'ok') {
			if (answer.kind === 'unauthorized') this.applyFailure(run, answer);
			else run.applyReadFailure(answer);
			return;
		}
		const snapshot = answer.value;
		if (isStatusPoll && hasEnded(snapshot) && !snapshot.isFull) {
			run.lastSnapshot = snapshot.run;
			await this.pollRun(run, true);
		} else {
			this.applySnapshot(run, snapshot);
		}
	}

	private applyFailure(run: PolledRun<TRun, TError>, answer: FailedCall<TError>): void {
		if (answer.kind === 'unauthorized') this.state.giveUpAll(answer.error);
		else run.applyFailure(answer);
	}

	private pollDelay(ageMs: number): number {
		const { minDurationMs } = this;
		return pollDelay(ageMs, { requests: this.state.requests, minDurationMs }, this.deps.clock);
	}
}
