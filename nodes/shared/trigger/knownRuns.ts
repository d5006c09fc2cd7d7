import type { ListedRun } from './catchUpWindow';

/** Runs of a workflow that are remembered, the latest: what one check can read. */
export const MAX_KNOWN = 1000;

/** What earlier checks have found in a workflow's list, so that it needn't be read to its end again. */
export class KnownRuns {
	/** Ids of runs that nothing more happens to, and whose events are handled. */
	private readonly settled = new Set<string>();
	/** When the oldest of the others was created, ms since 1970. */
	private pendingSince = Infinity;

	/**
	 * Whether a page shows that there is nothing to be found behind it.
	 *
	 * @param runs newest first
	 */
	isEnd(runs: ListedRun[]): boolean {
		const oldest = Math.min(...runs.map(({ createdAt = Infinity }) => createdAt));
		if (runs.length === 0) return true;
		return oldest <= this.pendingSince && runs.every(({ id }) => this.settled.has(id));
	}

	/**
	 * Remembers what a check has found.
	 *
	 * @param unsettled ids of runs with an event that couldn't be handled yet
	 */
	remember(runs: ListedRun[], unsettled: ReadonlySet<string>): void {
		const isSettled = ({ id, isFinished }: ListedRun) => isFinished !== false && !unsettled.has(id);
		// Oldest first, so that the newest stay.
		for (const { id } of [...runs].reverse().filter(isSettled)) this.settled.add(id);
		for (const id of this.settled) {
			if (this.settled.size <= MAX_KNOWN) break;
			this.settled.delete(id);
		}
		const pending = runs.filter((run) => !isSettled(run));
		this.pendingSince = Math.min(...pending.map(({ createdAt = Infinity }) => createdAt));
	}
}
