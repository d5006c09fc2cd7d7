import type { Answer } from '../../runs';
import { type ErrorDetails, type JsonObject, toId } from '../../shared/http';
import { type Endpoints, MAX_PAGE_SIZE } from './endpoints';

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
 * The workspace's webhooks, page by page.
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
	for (let page = 1; ; page++) {
		const known = found.size;
		const answer = await retry(async () => await api.listWebhooks(page, MAX_PAGE_SIZE));
		if (answer.kind !== 'ok') return answer;
		for (const webhook of answer.value.items.map(toWebhook)) {
			if (webhook.id) found.set(webhook.id, webhook);
		}
		if (answer.value.isLast || found.size >= limit || found.size === known) break;
	}
	return { kind: 'ok', value: [...found.values()].slice(0, limit) };
}

/**
 * Registers a webhook once, even if a response is lost: Copy.ai accepts the same URL and event twice, so before the call
 * is repeated, the list is searched for a matching webhook that didn't exist before.
 * Source: https://support.fullcast.com/apidocs/register-webhook-2
 *
 * @param known webhooks that existed before this call
 */
export async function registerWebhook(
	api: Endpoints,
	retry: Retry,
	desired: WebhookRequest,
	known: CopyAiWebhook[],
): Promise<Answer<CopyAiWebhook, ErrorDetails>> {
	const before = new Set(known.map(({ id }) => id));
	let mayHaveApplied = false;

	const findNewWebhook = async (): Promise<Answer<CopyAiWebhook | undefined, ErrorDetails>> => {
		const listed = await listWebhooks(api, retry);
		if (listed.kind !== 'ok') return listed;
		const isNew = (webhook: CopyAiWebhook) =>
			!before.has(webhook.id) && isSameWebhook(webhook, desired);
		return { kind: 'ok', value: listed.value.find(isNew) };
	};

	const answer = await retry<CopyAiWebhook>(async () => {
		if (mayHaveApplied) {
			const found = await findNewWebhook();
			if (found.kind !== 'ok') return found;
			if (found.value) return { kind: 'ok', value: found.value };
		}
		const made = await api.createWebhook(desired.url, desired.eventType, desired.workflowId);
		mayHaveApplied ||= made.kind === 'indeterminate';
		return made.kind === 'ok' ? { kind: 'ok', value: toWebhook(made.value) } : made;
	});
	if (answer.kind === 'ok' || answer.kind === 'aborted') return answer;
	if (!mayHaveApplied) return { ...answer, error: withWebhookAdvice(answer.error) };

	const found = await findNewWebhook();
	if (found.kind === 'ok' && found.value) return { kind: 'ok', value: found.value };
	return {
		...answer,
		error: {
			...answer.error,
			message: `${answer.error.message}. The webhook may still have been registered`,
			description: `${answer.error.description} Check with Webhook > Get Many, and delete it if it's listed.`,
		},
	};
}

/** Deletes a webhook. Not found after a lost response counts as deleted. Source: https://support.fullcast.com/apidocs */
export async function deleteWebhook(
	api: Endpoints,
	retry: Retry,
	id: string,
): Promise<Answer<unknown, ErrorDetails>> {
	let mayHaveApplied = false;
	return await retry<unknown>(async () => {
		const answer = await api.deleteWebhook(id);
		if (answer.kind === 'notFound' && mayHaveApplied) return { kind: 'ok', value: undefined };
		mayHaveApplied ||= answer.kind === 'indeterminate';
		return answer;
	});
}

/** The usual advice for 400, 404 and 422 is about variables and runs. */
function withWebhookAdvice(error: ErrorDetails): ErrorDetails {
	if (![400, 404, 422].includes(error.httpCode ?? 0)) return error;
	return {
		...error,
		description:
			"Check that the URL can be reached from the internet, that the workflow exists, and that the API key's user has access to it.",
	};
}

function toHref(url: string): string {
	return URL.canParse(url) ? new URL(url).href : url;
}
