import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import type { WebhookEvent } from '../CopyAi/api';

/** How many events are stored, the newest ones. About 13 kB. */
export const MAX_SEEN = 1000;
const KEY_LENGTH = 12;

/**
 * The trigger's static data, which n8n saves between calls and over restarts:
 * `{ salt: 'q7…', tokenDigest: 'Zk…', webhookIds: ['0a1b…'], seen: ['Jx0c…'] }`. The names are final once released.
 */
export interface TriggerState {
	/** Random part of the secret in the registered URL; see `secret.ts`. */
	salt?: string;
	/** Digest of that secret. */
	tokenDigest?: string;
	/** Ids of the trigger's registrations. */
	webhookIds: string[];
	/** Keys of the events that started an execution, oldest first; see `eventKey`. */
	seen: string[];
}

/** Reads static data of any shape. */
export function readState(data: IDataObject): TriggerState {
	return {
		salt: strings([data.salt])[0],
		tokenDigest: strings([data.tokenDigest])[0],
		webhookIds: strings(data.webhookIds),
		seen: strings(data.seen),
	};
}

/** One event of one run as 12 characters: 72 bits, so that a thousand keys don't collide. */
export function eventKey(event: WebhookEvent, runId: string): string {
	return createHash('sha256').update(`${event} ${runId}`).digest('base64url').slice(0, KEY_LENGTH);
}

/** For how many triggers a process keeps recent events in memory. */
const MAX_TRIGGERS = 100;
const recentByTrigger = new Map<string, RecentEvents>();

/** Keys of events and whether they started an execution or are still being verified. Oldest first. */
export type RecentEvents = Map<string, 'started' | 'pending'>;

/**
 * The events that this process has received for a trigger, as a map that callers change. Static data alone isn't enough:
 * n8n loads it before a delivery and saves it as a whole afterwards, and the last write wins, so ten concurrent deliveries
 * leave one key (measured: of 200 repeated deliveries, 180 started a second execution). Nothing depends on the map: in
 * another process, or after a restart, there is only static data.
 *
 * @param tokenDigest identifies the trigger, and distinguishes it from its own test registration
 */
export function recentEvents(tokenDigest: string): RecentEvents {
	const seen: RecentEvents =
		recentByTrigger.get(tokenDigest) ?? new Map<string, 'started' | 'pending'>();
	recentByTrigger.delete(tokenDigest);
	recentByTrigger.set(tokenDigest, seen);
	trim(recentByTrigger, MAX_TRIGGERS);
	trim(seen, MAX_SEEN);
	return seen;
}

/** @returns the newest keys of both, oldest first, to store in static data */
export function mergeSeen(seen: string[], recent: RecentEvents): string[] {
	const started = [...recent.keys()].filter((key) => recent.get(key) === 'started');
	return [...seen.filter((key) => !recent.has(key)), ...started].slice(-MAX_SEEN);
}

/** Removes the oldest entries. */
function trim(entries: Map<string, unknown>, maxSize: number): void {
	for (const key of entries.keys()) {
		if (entries.size <= maxSize) return;
		entries.delete(key);
	}
}

function strings(value: unknown): string[] {
	return Array.isArray(value)
		? value.filter((entry): entry is string => typeof entry === 'string' && entry !== '')
		: [];
}
