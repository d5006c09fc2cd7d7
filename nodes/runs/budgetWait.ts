import type { ExecutionCosts } from './executionCosts';
import type { PlannedStart } from './plannedStarts';
import { callWithin } from './retryBudget';
import type { SenderDeps } from './sendStart';
import type { StartJob } from './startRecords';
import type { RunSnapshot, StartOutcome } from './types';

/** How many of a workflow's newest runs show what its runs usually cost. */
const PAST_RUNS = 100;
/** How often a start that waits for room checks again whether it is still wanted, ms. */
const ROOM_CHECK_MS = 60_000;

/** Lets starts wait until the credit budget has room for their run. */
export class BudgetWait<TRequest, TRun, TError> {
	/** By workflow. */
	private readonly pastCosts = new Map<string, Promise<void>>();
	/** What all starts that wait are waiting for. */
	private change?: Promise<void>;

	constructor(
		private readonly deps: SenderDeps<TRequest, TRun, TError>,
		private readonly costs: ExecutionCosts,
	) {}

	/** Sends a start once there is room for it. */
	async send(
		start: PlannedStart<StartJob<TRequest>>,
		budget: number,
		send: () => Promise<StartOutcome<TRun, TError>>,
	): Promise<StartOutcome<TRun, TError>> {
		const { costs } = this;
		// It is sure that no run came of it yet.
		costs.release(start);
		const refusal = await this.room(start, budget);
		if (refusal) return refusal;
		const outcome = await send();
		if (outcome.kind === 'started') costs.addRun(start, outcome.id);
		else if (outcome.kind === 'indeterminate' || outcome.kind === 'aborted') costs.doubt(start);
		else costs.release(start);
		return outcome;
	}

	/** Reserves room for a run, as soon as there is some. @returns why the start is not to be sent */
	private async room(
		start: PlannedStart<StartJob<TRequest>>,
		budget: number,
	): Promise<StartOutcome<TRun, TError> | undefined> {
		const { costs } = this;
		const { limiter, exhausted, failFast, hasFailed } = this.deps;
		const { workflowId } = start;
		await this.readPastCosts(workflowId);
		for (;;) {
			if (limiter.aborted) return { kind: 'aborted' };
			if (failFast && hasFailed?.()) return { kind: 'skipped' };
			const error = exhausted.get(workflowId);
			if (error !== undefined) return { kind: 'exhausted', error };
			const decision = costs.decide(workflowId, budget);
			if (decision === 'start') {
				costs.reserve(start);
				return undefined;
			}
			if (decision !== 'wait') return { kind: 'overBudget', reason: decision };
			this.change ??= this.nextChange();
			await this.change;
		}
	}

	private async nextChange(): Promise<void> {
		const { limiter, clock } = this.deps;
		const wake = new AbortController();
		const removeListener = this.costs.onChange(() => wake.abort());
		await limiter.sleep(ROOM_CHECK_MS, clock, wake).finally(removeListener);
		this.change = undefined;
	}

	/** Reads once what the newest runs of a workflow have cost. Without an answer, its first run has to show it. */
	private async readPastCosts(workflowId: string): Promise<void> {
		const read = this.pastCosts.get(workflowId) ?? this.listPastCosts(workflowId);
		this.pastCosts.set(workflowId, read);
		await read;
	}

	private async listPastCosts(workflowId: string): Promise<void> {
		if (this.costs.expected(workflowId) !== undefined) return;
		const { service, clock } = this.deps;
		const listed = await callWithin(this.deps, clock.monotonicNow(), () =>
			service.listRuns(workflowId, 1, PAST_RUNS),
		);
		if (listed.kind === 'ok') this.addPast(workflowId, listed.value);
	}

	/** Notes what runs have cost. A failed one that cost nothing does not show what others will. */
	private addPast(workflowId: string, runs: Array<RunSnapshot<TRun>>): void {
		for (const { id, state, run } of runs) {
			const credits = this.deps.service.creditsOf?.(run);
			if (credits === undefined) continue;
			const isTelling = state === 'completed' || (state === 'failed' && credits > 0);
			if (isTelling) this.costs.addPast(workflowId, id, credits);
		}
	}
}
