import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { clock } from '../http';
import { Rechecks } from './recheck';
import { MAX_WORKFLOWS } from './state';

/** How many events are stored, the newest ones. About 13 kB. */
export const MAX_SEEN = 1000;
const KEY_LENGTH = 12;
/** For how many triggers a process keeps recent events in memory. */
const MAX_TRIGGERS = 100;
/** When static data is written again, ms: after n8n has wrapped it, and before the execution is stored. */
const RESAVE_DELAYS_MS = [0, 10, 50];

/** One event of one run as 12 characters: 72 bits, so that a thousand keys don't collide. */
export function eventKey(event: string, runId: string): string {
	return createHash('sha256').update(`${event} ${runId}`).digest('base64url').slice(0, KEY_LENGTH);
}

/** An event of a run. */
export interface RunEvent {
	event: string;
	runId: string;
	workflowId: string;
}

/** What a process knows about a trigger's events, beside static data. */
export class RecentEvents {
	/** Keys of the events that started an execution, oldest first. */
	readonly started = new Set<string>();
	/** Workflows of these events, oldest first. */
	readonly workflows = new Set<string>();
	/** Events that couldn't be confirmed yet. */
	readonly rechecks = new Rechecks(clock);
	/** Whether deliveries arrive in this process. */
	isReceiving = false;
	/**
	 * Verifies an event and starts an execution without a delivery; resolves to whether there is nothing more to do. Set
	 * while the trigger's `trigger()` runs in this process.
	 */
	startLate?: (event: RunEvent) => Promise<boolean>;
	/** Events whose execution n8n may not have stored yet, by key, with what to do once it has. */
	private readonly storing = new Map<string, () => void>();
	/** Those of them that static data must not contain before. */
	private readonly unstored = new Set<string>();
	/** What is being found out about an event right now, by event. */
	private readonly pending = new Map<string, Promise<unknown>>();

	/**
	 * Records that an event starts an execution, under each of its keys.
	 *
	 * @param workflowId remembered as well, if given
	 */
	markStarted(keys: string[], workflowId?: string): void {
		for (const key of keys) this.started.add(key);
		trim(this.started, MAX_SEEN);
		if (!workflowId) return;
		this.workflows.delete(workflowId);
		this.workflows.add(workflowId);
		trim(this.workflows, MAX_WORKFLOWS);
	}

	/**
	 * Records that an execution is about to be started for an event: a duplicate from now on.
	 *
	 * @param isSaved whether static data contains it at once, not only after `markStored`
	 * @returns resolves when `markStored` is called
	 */
	async markStarting(key: string, workflowId: string, isSaved: boolean): Promise<void> {
		this.markStarted([key], workflowId);
		if (!isSaved) this.unstored.add(key);
		await new Promise<void>((resolve) => this.storing.set(key, resolve));
	}

	/** Records that n8n has stored the execution of an event. */
	markStored(key: string): void {
		const resolve = this.storing.get(key);
		this.storing.delete(key);
		this.unstored.delete(key);
		resolve?.();
	}

	/** Records that n8n couldn't store the execution of an event: nothing was started. */
	markFailed(key: string): void {
		this.started.delete(key);
		this.markStored(key);
	}

	/** Keys of the events that static data may contain, oldest first. */
	get toSave(): string[] {
		return [...this.started].filter((key) => !this.unstored.has(key));
	}

	/**
	 * Calls `find` once for all callers that ask about the same event at the same time. Nothing stays pending afterwards,
	 * whether it resolves or throws.
	 */
	async share<T>(event: string, find: () => Promise<T>): Promise<T> {
		const inFlight = this.pending.get(event) as Promise<T> | undefined;
		if (inFlight) return await inFlight;
		// Deferred, so that whatever `find` throws rejects the shared promise.
		const found = Promise.resolve().then(find);
		this.pending.set(event, found);
		try {
			return await found;
		} finally {
			this.pending.delete(event);
		}
	}

	get pendingCount(): number {
		return this.pending.size;
	}
}

const recentByTrigger = new Map<string, RecentEvents>();

/**
 * The events that this process has received for a trigger. Static data alone isn't enough: n8n loads it before a delivery
 * and saves it as a whole afterwards, and the last write wins, so ten concurrent deliveries leave one key (measured: of
 * 200 repeated deliveries, 180 started a second execution). In another process, or after a restart, there is only static
 * data.
 *
 * @param tokenDigest identifies the trigger, and distinguishes it from its own test registration
 */
export function recentEvents(tokenDigest: string): RecentEvents {
	const recent = recentByTrigger.get(tokenDigest) ?? new RecentEvents();
	recentByTrigger.delete(tokenDigest);
	recentByTrigger.set(tokenDigest, recent);
	trim(recentByTrigger, MAX_TRIGGERS);
	return recent;
}

/** @returns the newest keys of both, oldest first, to store in static data */
export function mergeSeen(seen: string[], { started, toSave }: RecentEvents): string[] {
	return [...seen.filter((key) => !started.has(key)), ...toSave].slice(-MAX_SEEN);
}

/**
 * Writes the seen events to static data, and again shortly after. n8n saves static data that is marked as changed when
 * the execution is stored, but 2.x first wraps the same data for the execution, which clears the mark.
 *
 * @param seen keys that static data held when the delivery arrived
 */
export function saveSeen(data: IDataObject, seen: string[], recent: RecentEvents): void {
	data.seen = mergeSeen(seen, recent);
	for (const ms of RESAVE_DELAYS_MS) {
		void clock.sleep(ms).then(() => {
			data.seen = mergeSeen(seen, recent);
		});
	}
}

/** Removes the oldest entries. */
function trim(entries: Map<string, unknown> | Set<string>, maxSize: number): void {
	for (const key of entries.keys()) {
		if (entries.size <= maxSize) return;
		entries.delete(key);
	}
}
