import type { Answer } from '../../runs';
import { type ErrorDetails, type JsonObject, toId } from '../../shared/http';
import { type Endpoints, MAX_PAGE_SIZE } from './endpoints';
import { masked } from './maskToken';

/**
 * Copy.ai's events; a webhook receives one of them.
 * Source: https://support.fullcast.com/apidocs/register-webhook-2
 */
export const WEBHOOK_EVENTS = [
	'workflowRun.completed',
	'workflowRun.failed',
	'workflowRun.started',
	'workflowCreditLimit.reached',
] as const;

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** What to register: one event, of one workflow or (if absent) of all workflows in the workspace. */
export interface WebhookRequest {
	url: string;
	eventType: WebhookEvent;
	workflowId?: string;
}

/**
 * A webhook as the layers above know it; other properties of the response are passed along.
 * Source: https://support.fullcast.com/apidocs/get-all-webhooks-2
 */
export interface CopyAiWebhook {
	id: string;
	url: string;
	eventType: string;
	/** null: all workflows in the workspace. */
	workflowId: string | null;
	[other: string]: unknown;
}

/**
 * Makes a call and repeats it a few times after a temporary failure. Calls can be nested one level deep, so it needs a
 * concurrency of at least 2.
 */
export type Retry = <T>(
	call: () => Promise<Answer<T, ErrorDetails>>,
) => Promise<Answer<T, ErrorDetails>>;

/** A webhook of an API response; its `error`, if any, is dropped. */
export function toWebhook(raw: JsonObject): CopyAiWebhook {
	const rest = { ...raw };
	delete rest.error;
	return {
		...rest,
		id: toId(raw.id) ?? '',
		url: typeof raw.url === 'string' ? raw.url : '',
		eventType: typeof raw.eventType === 'string' ? raw.eventType : '',
		workflowId: typeof raw.workflowId === 'string' ? raw.workflowId : null,
	};
}

/** Whether a webhook has the desired URL, event and workflow. */
export function isSameWebhook(webhook: CopyAiWebhook, desired: WebhookRequest): boolean {
	return (
		toHref(webhook.url) === toHref(desired.url) &&
		webhook.eventType === desired.eventType &&
		webhook.workflowId === (desired.workflowId ?? null)
	);
}

/**
 * The workspace's webhooks, page by page to the end, also when a page holds fewer than were asked for.
 * Source: https://support.fullcast.com/apidocs/get-all-webhooks-2
 *
 * @param limit maximum number to return
 */
export async function listWebhooks(
	api: Endpoints,
	retry: Retry,
	limit = Infinity,
): Promise<Answer<CopyAiWebhook[], ErrorDetails>> {
	// By id: a webhook created or deleted meanwhile moves others to another page.
	const found = new Map<string, CopyAiWebhook>();
	let size = MAX_PAGE_SIZE;
	for (let page = 1; ; page++) {
		const answer = await retry(async () => await api.listWebhooks(page, size));
		if (answer.kind !== 'ok') return masked(answer);
		const { items, isLast } = answer.value;
		const before = found.size;
		for (const webhook of items.map(toWebhook)) {
			if (webhook.id) found.set(webhook.id, webhook);
		}
		if (found.size >= limit || found.size === before) break;
		// A short first page can be all there is, or all that one page may hold: only the next one shows which.
		const mayBeCapped = size < MAX_PAGE_SIZE || page === 1;
		if (isLast && !mayBeCapped) break;
		if (page === 1 && isLast) size = items.length;
	}
	return { kind: 'ok', value: [...found.values()].slice(0, limit) };
}

/** One webhook. Source: https://support.fullcast.com/apidocs */
export async function readWebhook(
	api: Endpoints,
	retry: Retry,
	id: string,
): Promise<Answer<CopyAiWebhook, ErrorDetails>> {
	const answer = await retry(async () => await api.getWebhook(id));
	return answer.kind === 'ok' ? { kind: 'ok', value: toWebhook(answer.value) } : masked(answer);
}

function toHref(url: string): string {
	return URL.canParse(url) ? new URL(url).href : url;
}
