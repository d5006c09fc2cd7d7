import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import type { WebhookEvent } from '../api';

/** How many of the newest events are remembered; the oldest is forgotten first. About 13 kB. */
export const REMEMBERED = 1000;
const KEY_LENGTH = 12;

/** What the trigger keeps in its static data, from one call to the next and over restarts. */
export interface Kept {
	/** The secret in the registered URL. It stays the same for the life of the node. */
	token?: string;
	/** Ids of the registrations that are there for this trigger. */
	webhookIds: string[];
	/** Keys of the events that started an execution, oldest first. */
	seen: string[];
}

/** Reads static data, whatever is in it. */
export function readKept(data: IDataObject): Kept {
	return {
		token: typeof data.token === 'string' && data.token !== '' ? data.token : undefined,
		webhookIds: texts(data.webhookIds),
		seen: texts(data.seen),
	};
}

/** One event of one run, in a few letters: 72 bits, so that a thousand of them do not meet by chance. */
export function eventKey(event: WebhookEvent, runId: string): string {
	return createHash('sha256').update(`${event} ${runId}`).digest('base64url').slice(0, KEY_LENGTH);
}

/** @returns the memory with one more event, and without the oldest when it is full */
export function remember(seen: string[], key: string): string[] {
	return [...seen, key].slice(-REMEMBERED);
}

function texts(value: unknown): string[] {
	return Array.isArray(value)
		? value.filter((entry): entry is string => typeof entry === 'string' && entry !== '')
		: [];
}
