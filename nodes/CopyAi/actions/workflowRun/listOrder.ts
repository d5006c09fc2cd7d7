import type { CopyAiRun } from '../../api';

/**
 * Watches whether a list really is newest first, as Copy.ai lists runs but does not promise to. Only such a list can
 * stop being read before its end.
 */
export class ListOrder {
	private isProven = false;
	private isBroken = false;
	/** When the last run of the list so far was created, ms since 1970. */
	private last?: number;

	/** @param runs the next ones of the list */
	add(runs: CopyAiRun[]): void {
		for (const { createdAt } of runs) {
			const created = Date.parse(createdAt ?? '');
			this.isBroken ||= Number.isNaN(created) || created > (this.last ?? Infinity);
			this.isProven ||= created < (this.last ?? -Infinity);
			this.last = created;
		}
	}

	/**
	 * @param time ms since 1970
	 * @returns whether all runs that follow were created before
	 */
	hasPassed(time: number): boolean {
		return this.isProven && !this.isBroken && this.last !== undefined && this.last < time;
	}
}
