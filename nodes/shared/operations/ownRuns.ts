import type { IExecuteFunctions } from 'n8n-workflow';
import { recordOf, type SpentCredits, type StartRecord } from '../../runs';
import { getExecutionState, getOtherTurns } from './executionState';

/**
 * The runs that this turn of the node has started, in whichever of its tries (Retry On Fail, Executions > Retry), and what
 * they have cost: this execution pays for them, once. Runs of other executions are reused at no cost, and so are those of
 * the node's other turns (a loop), which have counted them.
 */
export class OwnRuns {
	private readonly spent: SpentCredits;
	private readonly records: StartRecord[];
	private readonly ofOtherTurns: Set<string>;

	constructor(context: IExecuteFunctions) {
		this.spent = spentCredits(context);
		this.records = getExecutionState<StartRecord[]>(context, 'starts', []);
		const others = getOtherTurns<SpentCredits>(context, 'credits');
		this.ofOtherTurns = new Set(others.flatMap(Object.keys));
	}

	/**
	 * Notes the run of an item.
	 *
	 * @param isFound whether the run was there before this try
	 * @returns whether it is one of this turn's own
	 */
	add(workflowId: string, runId: string, isFound: boolean): boolean {
		const isOwn = !isFound || runId in this.spent || this.wasStarted(runId);
		if (isOwn) this.spent[runId] ??= { workflowId };
		return isOwn;
	}

	/** @param credits nothing if it does not show what the run has cost */
	settle(runId: string, credits: number | undefined): void {
		if (runId in this.spent && credits !== undefined) this.spent[runId].credits = credits;
	}

	/** A run may be known only now, although an earlier try has started it: its answer was lost. */
	private wasStarted(runId: string): boolean {
		return !this.ofOtherTurns.has(runId) && recordOf(this.records, runId) !== undefined;
	}
}

/** What the runs of this turn of the node have cost so far. */
export function spentCredits(context: IExecuteFunctions): SpentCredits {
	return getExecutionState<SpentCredits>(context, 'credits', {});
}
