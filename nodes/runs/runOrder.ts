import type { ListedRun } from './listIndex';

/** How many runs of a workflow are remembered: those that were waited for last. */
const MAX_RUNS = 1000;

/**
 * The order in which the runs of one workflow were added to the pollers of this process, whatever executions they belong to:
 * that is about where they are in the workflow's list, also for an execution that has slept meanwhile. A hint: it decides
 * which page is read, never what came of a run.
 */
export class RunOrder {
	private count = 0;
	private readonly runs = new Map<string, ListedRun>();

	/** How many were added so far. */
	get addedCount(): number {
		return this.count;
	}

	/** The run of this ID: as it is known, or as the newest. */
	add(id: string): ListedRun {
		const run = this.runs.get(id) ?? { addedIndex: this.count++ };
		this.runs.delete(id);
		this.runs.set(id, run);
		const [oldest] = this.runs.keys();
		if (this.runs.size > MAX_RUNS) this.runs.delete(oldest);
		return run;
	}
}
