import type { IDataObject } from 'n8n-workflow';

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

function strings(value: unknown): string[] {
	return Array.isArray(value)
		? value.filter((entry): entry is string => typeof entry === 'string' && entry !== '')
		: [];
}
