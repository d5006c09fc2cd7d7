import {
	type CopyAiWebhook,
	isSameWebhook,
	type WebhookEvent,
	type WebhookRequest,
} from '../CopyAi/api';
import { isSameAddress } from '../shared/trigger';

/** The desired registrations of a trigger. */
export interface DesiredWebhooks {
	/** The trigger's public URL, without query. */
	url: string;
	/** The secret that each delivery must include as `?token=`. */
	token: string;
	events: WebhookEvent[];
	/** Absent: all workflows in the workspace. */
	workflowId?: string;
}

/** The steps from the actual registrations to the desired ones. */
export interface WebhookDiff {
	keep: CopyAiWebhook[];
	create: WebhookRequest[];
	remove: CopyAiWebhook[];
	/** In the trigger's static data, but pointing to another address: never deleted. */
	elsewhere: CopyAiWebhook[];
	/** Ids in static data that the list doesn't contain. */
	unlisted: string[];
}

/**
 * Compares actual and desired registrations, of which there is one per event: correct ones are kept, missing ones
 * created, and the trigger's other ones removed.
 *
 * A registration belongs to the trigger if it points to the trigger's URL. An id in static data proves nothing: a copy of
 * the database, or an exported workflow, gives the ids of one n8n instance to another.
 *
 * @param listed all registrations of the workspace
 * @param ids of the registrations in the trigger's static data
 */
export function diffWebhooks(
	listed: CopyAiWebhook[],
	ids: string[],
	desired: DesiredWebhooks,
): WebhookDiff {
	const own = listed.filter(({ url }) => isSameAddress(url, desired.url));
	const keep: CopyAiWebhook[] = [];
	const create: WebhookRequest[] = [];
	for (const eventType of desired.events) {
		const request = toRequest(eventType, desired);
		const correct = own.filter((webhook) => isSameWebhook(webhook, request));
		const chosen = correct.find(({ id }) => ids.includes(id)) ?? correct[0];
		if (chosen) keep.push(chosen);
		else create.push(request);
	}
	return {
		keep,
		create,
		remove: own.filter((webhook) => !keep.includes(webhook)),
		elsewhere: listed.filter(({ id, url }) => ids.includes(id) && !isSameAddress(url, desired.url)),
		unlisted: ids.filter((id) => !listed.some((webhook) => webhook.id === id)),
	};
}

/** Whether there is nothing to do, and static data is correct as well. */
export function isUpToDate({ keep, create, remove }: WebhookDiff, ids: string[]): boolean {
	return (
		create.length === 0 &&
		remove.length === 0 &&
		ids.length === keep.length &&
		keep.every(({ id }) => ids.includes(id))
	);
}

function toRequest(
	eventType: WebhookEvent,
	{ url, token, workflowId }: DesiredWebhooks,
): WebhookRequest {
	return { url: `${url}?token=${token}`, eventType, ...(workflowId && { workflowId }) };
}
