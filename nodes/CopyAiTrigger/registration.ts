import {
	type CopyAiWebhook,
	isSameWebhook,
	type WebhookEvent,
	type WebhookRequest,
} from '../CopyAi/api';

/** What should be registered for a trigger. */
export interface DesiredWebhooks {
	/** The trigger's public address, without query. */
	url: string;
	/** The secret that each delivery must bring. */
	token: string;
	events: WebhookEvent[];
	/** Without: every workflow of the workspace. */
	workflowId?: string;
}

/** How to get from what is registered to what should be. */
export interface WebhookDiff {
	keep: CopyAiWebhook[];
	create: WebhookRequest[];
	remove: CopyAiWebhook[];
}

/**
 * One registration per event. What is right is kept, what is missing is made; what is ours and neither is removed.
 *
 * @param listed all registrations of the workspace
 * @param ids those that this trigger made, as far as it remembers
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
		const right = own.filter((webhook) => isSameWebhook(webhook, request));
		const kept = right.find(({ id }) => ids.includes(id)) ?? right[0];
		if (kept) keep.push(kept);
		else create.push(request);
	}
	return { keep, create, remove: own.filter((webhook) => !keep.includes(webhook)) };
}

/** Whether nothing has to be done, not even to be remembered. */
export function isUpToDate({ keep, create, remove }: WebhookDiff, ids: string[]): boolean {
	return (
		create.length === 0 &&
		remove.length === 0 &&
		ids.length === keep.length &&
		keep.every(({ id }) => ids.includes(id))
	);
}

/**
 * Ours is what this trigger remembers, and what leads to its address: static data can be lost, by renaming the node
 * for instance. Everything else belongs to someone else.
 */
export function isOwnWebhook(webhook: CopyAiWebhook, ids: string[], url: string): boolean {
	return ids.includes(webhook.id) || withoutQuery(webhook.url) === withoutQuery(url);
}

/** Whether an address leads to the machine it is used on. */
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
