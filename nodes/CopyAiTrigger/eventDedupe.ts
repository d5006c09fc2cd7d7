import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import type { WebhookEvent } from '../CopyAi/api';

/** How many of the newest events are remembered; the oldest is forgotten first. About 13 kB. */
export const MAX_SEEN = 1000;
const KEY_LENGTH = 12;

/** What the trigger keeps in its static data, from one call to the next and over restarts. */
export interface TriggerState {
	/** What the secret in the registered URL is made of, and what it is known by; see `secret.ts`. */
	salt?: string;
	tokenDigest?: string;
	/** Ids of the registrations that are there for this trigger. */
	webhookIds: string[];
	/** Keys of the events that started an execution, oldest first. */
	seen: string[];
}

/** Reads static data, whatever is in it. */
export function readState(data: IDataObject): TriggerState {
	return {
		salt: texts([data.salt])[0],
		tokenDigest: texts([data.tokenDigest])[0],
		webhookIds: texts(data.webhookIds),
		seen: texts(data.seen),
	};
}

/** One event of one run, in a few letters: 72 bits, so that a thousand of them do not meet by chance. */
export function eventKey(event: WebhookEvent, runId: string): string {
	return createHash('sha256').update(`${event} ${runId}`).digest('base64url').slice(0, KEY_LENGTH);
}

/** How many triggers a process remembers events of, beside static data. */
const MAX_TRIGGERS = 100;
const recentByTrigger = new Map<string, RecentEvents>();

/** Keys of events, and whether they have started an execution: if not, it is still being found out. Oldest first. */
export type RecentEvents = Map<string, 'started' | 'pending'>;

/**
 * What this process itself has seen come to a trigger, to be added to and taken from. Static data alone would forget: n8n
 * loads it before a delivery, saves it as a whole after, and the last one wins, so of ten deliveries at a time nine
 * marks are lost (measured: of 200 deliveries repeated, 180 passed). Nothing depends on it being there: in another process,
 * or after a restart, static data is all there is.
 *
 * @param tokenDigest tells the trigger from all others, and from its own test registration
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

/** @returns the newest of both, oldest first, for static data */
export function mergeSeen(seen: string[], recent: RecentEvents): string[] {
	const started = [...recent.keys()].filter((key) => recent.get(key) === 'started');
	return [...seen.filter((key) => !recent.has(key)), ...started].slice(-MAX_SEEN);
}

/** Forgets the oldest. */
function trim(entries: Map<string, unknown>, most: number): void {
	for (const key of entries.keys()) {
		if (entries.size <= most) return;
		entries.delete(key);
	}
}

function texts(value: unknown): string[] {
	return Array.isArray(value)
		? value.filter((entry): entry is string => typeof entry === 'string' && entry !== '')
		: [];
}
