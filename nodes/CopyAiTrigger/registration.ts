import {
	type CopyAiWebhook,
	isSameWebhook,
	type WebhookEvent,
	type WebhookRequest,
} from '../CopyAi/api';

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
}

/**
 * Compares actual and desired registrations, of which there is one per event: correct ones are kept, missing ones
 * created, and the trigger's other ones removed.
 *
 * @param listed all registrations of the workspace
 * @param ids of the registrations in the trigger's static data
 */
export function diffWebhooks(
	listed: CopyAiWebhook[],
	ids: string[],
	desired: DesiredWebhooks,
): WebhookDiff {
	const own = listed.filter((webhook) => isOwnWebhook(webhook, ids, desired.url));
	const keep: CopyAiWebhook[] = [];
	const create: WebhookRequest[] = [];
	for (const eventType of desired.events) {
		const request = toRequest(eventType, desired);
		const correct = own.filter((webhook) => isSameWebhook(webhook, request));
		const chosen = correct.find(({ id }) => ids.includes(id)) ?? correct[0];
		if (chosen) keep.push(chosen);
		else create.push(request);
	}
	return { keep, create, remove: own.filter((webhook) => !keep.includes(webhook)) };
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

/**
 * Whether a registration belongs to this trigger: its id is in static data, or it points to the trigger's URL (static
 * data can be lost, for example when the node is renamed).
 */
export function isOwnWebhook(webhook: CopyAiWebhook, ids: string[], url: string): boolean {
	return ids.includes(webhook.id) || withoutQuery(webhook.url) === withoutQuery(url);
}

/** Whether a URL points to the machine it is used on. */
export function isLoopback(address: string): boolean {
	const host = URL.canParse(address) ? new URL(address).hostname : '';
	return /^(localhost\.?|.*\.localhost\.?|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]+\])$/i.test(
		host,
	);
}

function toRequest(
	eventType: WebhookEvent,
	{ url, token, workflowId }: DesiredWebhooks,
): WebhookRequest {
	return { url: `${url}?token=${token}`, eventType, ...(workflowId && { workflowId }) };
}

function withoutQuery(url: string): string {
	if (!URL.canParse(url)) return url;
	const { origin, pathname } = new URL(url);
	return `${origin}${pathname}`;
}
