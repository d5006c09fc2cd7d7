import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../http';

/** How many workflows a trigger for all workflows remembers, the ones with the latest events. */
export const MAX_WORKFLOWS = 10;

/** From when on a trigger catches up. */
export interface CatchUpState {
	/** The workflow and events it is for: with others, catching up begins anew. */
	scope: string;
	/** Runs created earlier than this aren't caught up, ms since 1970. */
	since: number;
	/** Except for these: they hadn't ended when catching up began. */
	open: string[];
}

/**
 * A trigger's static data, which n8n saves between calls and over restarts:
 * `{ salt: 'q7…', tokenDigest: 'Zk…', webhookIds: ['0a1b…'], seen: ['Jx0c…'] }`. The names are final once released.
 */
export interface TriggerState {
	/** Random part of the secret in the registered URL; see `secret.ts`. */
	salt?: string;
	/** Digest of that secret. */
	tokenDigest?: string;
	/** Ids of the trigger's registrations. */
	webhookIds: string[];
	/** The trigger's public URL when it was registered, without query. */
	url?: string;
	/** A URL of n8n's own at that time, which shows whether its public address has changed; see `movedUrl`. */
	n8nUrl?: string;
	/** Keys of the events that started an execution, oldest first; see `eventKey`. */
	seen: string[];
	/** Workflows whose events started an execution, oldest first, for a trigger for all workflows. */
	workflows: string[];
	catchUp?: CatchUpState;
}

/** Reads static data of any shape. */
export function readState(data: IDataObject): TriggerState {
	return {
		salt: strings([data.salt])[0],
		tokenDigest: strings([data.tokenDigest])[0],
		webhookIds: strings(data.webhookIds),
		url: strings([data.url])[0],
		n8nUrl: strings([data.n8nUrl])[0],
		seen: strings(data.seen),
		workflows: strings(data.workflows),
		catchUp: readCatchUp(data.catchUp),
	};
}

function readCatchUp(value: unknown): CatchUpState | undefined {
	if (!isObject(value)) return undefined;
	const { scope, since, open } = value;
	if (typeof scope !== 'string' || typeof since !== 'number') return undefined;
	return { scope, since, open: strings(open) };
}

/** The texts of a list, whatever else is in it; none for anything else. */
export function strings(value: unknown): string[] {
	return Array.isArray(value)
		? value.filter((entry): entry is string => typeof entry === 'string' && entry !== '')
		: [];
}
