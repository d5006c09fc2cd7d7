import { latestEntry } from './latestEntry';
import type { ListedRun } from './listIndex';

/** How many runs of a workflow are remembered: those that were waited for last. */
const MAX_RUNS = 1000;

/**
 * The order in which the runs of one workflow were added to the pollers of this process, whatever executions they belong to:
 * that is about where they are in the workflow's list, also for an execution that has slept meanwhile. A hint: it decides
 * which page is read, never what came of a run.
 */
export class RunOrder {
	/** How many were added so far. */
	addedCount = 0;
	private readonly runs = new Map<string, ListedRun>();

	/** The run of this ID: as it is known, or as the newest. */
	add(id: string): ListedRun {
		return latestEntry(this.runs, id, MAX_RUNS, () => ({ addedIndex: this.addedCount++ }));
	}
}
