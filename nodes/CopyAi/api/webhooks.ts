import type { Answer } from '../../runs';
import { type ErrorDetails, type JsonObject, toId } from '../../shared/http';
import { type Endpoints, MAX_PAGE_SIZE } from './endpoints';

/** What Copy.ai tells a webhook about; a registration gets one of them. Source: `register-webhook-2` */
export const WEBHOOK_EVENTS = [
	'workflowRun.completed',
	'workflowRun.failed',
	'workflowRun.started',
	'workflowCreditLimit.reached',
] as const;

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** What is registered: one event, of one workflow or (without) of all of the workspace. */
export interface WebhookRequest {
	url: string;
	eventType: WebhookEvent;
	workflowId?: string;
}

/** A registration as everything above this floor knows it; whatever else came stands beside these. */
export interface CopyAiWebhook {
	id: string;
	url: string;
	eventType: string;
	/** null: every workflow of the workspace. */
	workflowId: string | null;
	[other: string]: unknown;
}

/**
 * Makes a call, and makes it again for a while when it meets passing faults. Needs room for a call inside a call:
 * a concurrency of at least 2.
 */
export type Retry = <T>(
	call: () => Promise<Answer<T, ErrorDetails>>,
) => Promise<Answer<T, ErrorDetails>>;

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

/** Whether a registration is what is asked for. */
export function isSameWebhook(webhook: CopyAiWebhook, wanted: WebhookRequest): boolean {
	return (
		toHref(webhook.url) === toHref(wanted.url) &&
		webhook.eventType === wanted.eventType &&
		webhook.workflowId === (wanted.workflowId ?? null)
	);
}

/**
 * The workspace's registrations, page after page.
 *
 * @param limit most to return
 */
export async function listWebhooks(
	api: Endpoints,
	retry: Retry,
	limit = Infinity,
): Promise<Answer<CopyAiWebhook[], ErrorDetails>> {
	// Those deleted meanwhile move others to the page before, and those made push others to the next.
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
 * Registers once, also when the answer is lost: Copy.ai lets one URL be registered twice for an event, so before the
 * call is made again the list is searched for a registration that was not there before.
 *
 * @param known registrations that were there before this call
 */
export async function registerWebhook(
	api: Endpoints,
	retry: Retry,
	wanted: WebhookRequest,
	known: CopyAiWebhook[],
): Promise<Answer<CopyAiWebhook, ErrorDetails>> {
	const before = new Set(known.map(({ id }) => id));
	let mayHaveApplied = false;

	const findNewWebhook = async (): Promise<Answer<CopyAiWebhook | undefined, ErrorDetails>> => {
		const listed = await listWebhooks(api, retry);
		if (listed.kind !== 'ok') return listed;
		const isNew = (webhook: CopyAiWebhook) =>
			!before.has(webhook.id) && isSameWebhook(webhook, wanted);
		return { kind: 'ok', value: listed.value.find(isNew) };
	};

	const answer = await retry<CopyAiWebhook>(async () => {
		if (mayHaveApplied) {
			const found = await findNewWebhook();
			if (found.kind !== 'ok') return found;
			if (found.value) return { kind: 'ok', value: found.value };
		}
		const made = await api.createWebhook(wanted.url, wanted.eventType, wanted.workflowId);
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
			message: `${answer.error.message}. It may have been registered all the same`,
			description: `${answer.error.description} Look for it with Webhook: Get Many, and delete it if it is there.`,
		},
	};
}

/** Deletes a registration. One that went although the answer to that was lost counts as deleted. */
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

/** What 400, 404 and 422 mean here has nothing to do with variables and runs. */
function withWebhookAdvice(fault: ErrorDetails): ErrorDetails {
	if (![400, 404, 422].includes(fault.httpCode ?? 0)) return fault;
	return {
		...fault,
		description:
			'Check that the URL can be reached from the internet, and that the workflow exists and the user of the API key may see it.',
	};
}

function toHref(url: string): string {
	return URL.canParse(url) ? new URL(url).href : url;
}
