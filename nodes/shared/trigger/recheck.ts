import type { Clock } from '../../runs';

/** When an event that couldn't be confirmed yet is checked again, ms after the first check. */
export const RECHECK_DELAYS_MS = [10_000, 30_000, 120_000];
/** Events of one trigger that are checked again at the same time; each holds its delivery in memory meanwhile. */
export const MAX_RECHECKS = 50;

/** Checks a trigger's events again in the background: a bounded number of times, each event once at a time. */
export class Rechecks {
	/** What ends each event's checks. */
	private readonly events = new Map<string, AbortController>();

	constructor(private readonly clock: Clock) {}

	/**
	 * @param event identifies the event
	 * @param check whether there is nothing more to check; a throw counts as no
	 * @returns whether the event will be checked again
	 */
	add(event: string, check: () => Promise<boolean>): boolean {
		if (this.events.has(event) || this.events.size >= MAX_RECHECKS) return false;
		const stopped = new AbortController();
		this.events.set(event, stopped);
		void this.run(check, stopped.signal).finally(() => this.forget(event, stopped));
		return true;
	}

	/** Ends all checks, for example when the trigger is deactivated. */
	stop(): void {
		for (const stopped of this.events.values()) stopped.abort();
		this.events.clear();
	}

	get size(): number {
		return this.events.size;
	}

	private forget(event: string, stopped: AbortController): void {
		if (this.events.get(event) === stopped) this.events.delete(event);
	}

	private async run(check: () => Promise<boolean>, stopped: AbortSignal): Promise<void> {
		let elapsedMs = 0;
		for (const dueMs of RECHECK_DELAYS_MS) {
			await this.clock.sleep(dueMs - elapsedMs, stopped);
			elapsedMs = dueMs;
			if (stopped.aborted || (await check().catch(() => false))) return;
		}
	}
}
