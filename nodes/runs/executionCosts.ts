import { CostTally } from './costTally';
import type { StartRecord } from './startRecords';

/**
 * What the runs of an execution have cost, by run. Plain data, kept as start records are; once released, its fields
 * stay as they are.
 *
 * @example `{ 'WRUN-1': { workflowId: 'WCFG-1', credits: 2 }, 'WRUN-2': { workflowId: 'WCFG-1' } }`: the second run has
 * not ended, or did not show what it cost
 */
export type SpentCredits = Record<string, { workflowId: string; credits?: number }>;

/** Whether one more run may be started: at once, later perhaps, or not at all. */
type Decision = 'start' | 'wait' | 'reached' | 'costUnknown';

/** Where earlier tries of the execution left their traces. */
interface Sources {
	/** Of this node's turn; changed in place. */
	spent: SpentCredits;
	/** Of its other turns (a loop). */
	otherSpent?: SpentCredits[];
	/** The starts of all turns: runs that are in no other source, and starts of which no run is known. */
	records?: StartRecord[];
	/** Runs in progress at once, at most, while there is a budget. */
	maxRunning: number;
}

/** Sums of fractions are never quite exact. */
const ROUNDING = 1e-9;

/**
 * What the runs of an execution have cost, and are expected to cost, in credits.
 *
 *     reserve ─▶ starting ─┬ addRun ─▶ running ── setCost, settle ─▶ used
 *                          │               └───── settle: its cost does not show ─┐
 *                          ├ doubt: a run may have been started ─────────────────┴▶ open: counted as expected
 *                          └ release: no run was started
 *
 * A cost is known only when a run has ended. Each run before its end, and each of unknown cost, counts as what runs of
 * its workflow usually cost. As long as nothing shows what that is, runs are started one after the other.
 *
 * When the last run is started, `used + expected <= budget` holds for all that is open. So the budget is exceeded by no
 * more than `maxRunning × (cost of the dearest run − expected cost)`, as long as the ends of all runs are seen.
 */
export class ExecutionCosts {
	/** What all runs whose cost is known have used. */
	used = 0;
	/** How many runs that are. */
	usedBy = 0;
	private readonly own = new Map<string, SpentCredits[string]>();
	private readonly tallies = new Map<string, CostTally>();
	/** Runs and starts whose cost is not known, with their workflow. */
	private readonly open = new Map<string, string>();
	/** Those of them that will still show it. */
	private readonly active = new Set<string>();
	private readonly listeners = new Set<() => void>();

	constructor(private readonly sources: Sources) {
		const { spent, otherSpent = [], records = [] } = sources;
		for (const turn of [...otherSpent, spent]) {
			for (const [runId, run] of Object.entries(turn)) this.addOwn(runId, run);
		}
		for (const { workflowId, base, runId } of records) {
			if (runId === undefined) this.open.set(startId(workflowId, base), workflowId);
			else if (!this.own.has(runId)) this.addOwn(runId, (spent[runId] = { workflowId }));
		}
	}

	/** What the next run of a workflow is expected to cost; nothing if no cost is known. */
	expected(workflowId: string): number | undefined {
		return this.tally(workflowId).expected;
	}

	/** What all that is open is expected to cost; nothing if no cost is known. */
	get expectedOpen(): number | undefined {
		let sum = 0;
		for (const workflowId of this.open.values()) {
			const expected = this.expected(workflowId);
			if (expected === undefined) return undefined;
			sum += expected;
		}
		return sum;
	}

	/** Whether one more run of a workflow fits in a budget. */
	decide(workflowId: string, budget: number): Decision {
		if (this.used >= budget - ROUNDING) return 'reached';
		if (this.active.size >= this.sources.maxRunning) return 'wait';
		const { expectedOpen, used } = this;
		const isIdle = this.active.size === 0;
		if (expectedOpen === undefined) return isIdle ? 'costUnknown' : 'wait';
		const expected = this.expected(workflowId);
		// The first run shows what the others may cost.
		if (expected === undefined) return isIdle ? 'start' : 'wait';
		if (used + expectedOpen + expected <= budget + ROUNDING) return 'start';
		return isIdle ? 'reached' : 'wait';
	}

	/** A start is about to be sent. */
	reserve({ workflowId, base }: Start): void {
		this.open.set(startId(workflowId, base), workflowId);
		this.active.add(startId(workflowId, base));
	}

	/** No run came of a start. */
	release({ workflowId, base }: Start): void {
		this.open.delete(startId(workflowId, base));
		this.end(startId(workflowId, base));
	}

	/** It is not known whether a run came of a start. */
	doubt({ workflowId, base }: Start): void {
		this.end(startId(workflowId, base));
	}

	/** The run of a start of this execution; it is followed from now on. */
	addRun(start: Start, runId: string): void {
		const { workflowId } = start;
		const run = this.own.get(runId) ?? (this.sources.spent[runId] = { workflowId });
		if (!this.own.has(runId)) this.addOwn(runId, run);
		this.active.add(runId);
		this.release(start);
	}

	/** A run that is followed no more, with what it has cost, if that shows. Runs of other executions don't count. */
	settle(runId: string, credits?: number): void {
		const run = this.own.get(runId);
		if (!run) return;
		if (credits !== undefined) {
			this.uncount(run);
			run.credits = credits;
			this.count(runId, run);
		}
		this.end(runId);
	}

	/** Notes what a run has cost that another execution started. */
	addPast(workflowId: string, runId: string, credits: number): void {
		if (!this.own.has(runId)) this.tally(workflowId).set(runId, credits, false);
	}

	/** @returns a function that removes the listener; it is called whenever there may be room for another run */
	onChange(listener: () => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	private addOwn(runId: string, run: SpentCredits[string]): void {
		this.own.set(runId, run);
		this.tally(run.workflowId).delete(runId);
		if (run.credits === undefined) this.open.set(runId, run.workflowId);
		else this.count(runId, run);
	}

	private count(runId: string, { workflowId, credits = 0 }: SpentCredits[string]): void {
		this.used += credits;
		this.usedBy++;
		this.open.delete(runId);
		this.tally(workflowId).set(runId, credits, true);
	}

	private uncount({ credits }: SpentCredits[string]): void {
		if (credits === undefined) return;
		this.used -= credits;
		this.usedBy--;
	}

	private end(id: string): void {
		this.active.delete(id);
		[...this.listeners].forEach((listener) => listener());
	}

	private tally(workflowId: string): CostTally {
		const tally = this.tallies.get(workflowId) ?? new CostTally();
		this.tallies.set(workflowId, tally);
		return tally;
	}
}

/** What tells a start from others. */
type Start = Pick<StartRecord, 'workflowId' | 'base'>;

function startId(workflowId: string, base: string): string {
	return JSON.stringify([workflowId, base]);
}
