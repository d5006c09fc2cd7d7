/**
 * Where runs are in their workflow's list (newest first), going by the order in which they were added and by what
 * earlier polls have shown. Runs that were started by others in between push ours down the list:
 *
 *     index in the list   0        1        2        3        4
 *     run                 ours #2  other's  ours #1  other's  ours #0
 *     expectedIndex       0                 1                 2         (as if nobody else started any)
 *     listOffset          0                 1                 2         (index minus expectedIndex)
 */

/** The list of one workflow. */
export interface ListState {
	/** Runs of this workflow that were added to the poller so far. */
	addedCount: number;
	/** The offset seen last, at least 0; used for runs that no list poll has shown yet. */
	listOffset: number;
}

/** One run of the list. */
export interface ListedRun {
	/** How many runs of its workflow were added before it. */
	addedIndex: number;
	/** How much further down the list than expected it was seen last; below 0: further up. */
	listOffset?: number;
}

/** The index a run would have in the list if nobody else started any. */
export function expectedIndex(list: ListState, run: ListedRun): number {
	return list.addedCount - 1 - run.addedIndex;
}

/** The index a run most likely has in the list, from 0. */
export function listIndex(list: ListState, run: ListedRun): number {
	return Math.max(0, expectedIndex(list, run) + (run.listOffset ?? list.listOffset));
}

/** Notes that a list poll showed the run at this index. */
export function noteListIndex(list: ListState, run: ListedRun, index: number): void {
	run.listOffset = index - expectedIndex(list, run);
	list.listOffset = Math.max(0, run.listOffset);
}

/**
 * How many list polls to leave out after so many in a row that showed none of the runs they were made for:
 * 0, 1, 3, 7, 15, 31, and 31 from then on.
 */
export function listPollsToSkip(fruitlessListPolls: number): number {
	return 2 ** Math.min(fruitlessListPolls, 5) - 1;
}
