import type { Answer } from '../../runs';
import type { ErrorDetails } from '../../shared/http';
import type { Endpoints } from './endpoints';
import { masked, maskedError } from './maskToken';
import {
	type CopyAiWebhook,
	isSameWebhook,
	listWebhooks,
	type Retry,
	toWebhook,
	type WebhookRequest,
} from './webhooks';

/**
 * Registers a webhook once, even if a response is lost: Copy.ai accepts the same URL and event twice, so before the call
 * is repeated, the list is searched for a matching webhook that didn't exist before.
 * Source: https://support.fullcast.com/apidocs/register-webhook-2
 *
 * @param before ids of the webhooks that existed before this call
 */
export async function registerWebhook(
	api: Endpoints,
	retry: Retry,
	desired: WebhookRequest,
	before: ReadonlySet<string>,
): Promise<Answer<CopyAiWebhook, ErrorDetails>> {
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
	const error = maskedError(answer.error);
	if (!mayHaveApplied) return { ...answer, error: withWebhookAdvice(error) };

	const found = await findNewWebhook();
	if (found.kind === 'ok' && found.value) return { kind: 'ok', value: found.value };
	return {
		...answer,
		error: {
			...error,
			message: `${error.message}. The webhook may still have been registered`,
			description: `${error.description} Check with Webhook > Get Many, and delete it if it's listed.`,
		},
	};
}

/**
 * Deletes a webhook. Not found after a lost response counts as deleted. Source: https://support.fullcast.com/apidocs
 *
 * @param isSent whether a response to an earlier call was lost
 * @param onLost called when a response is lost
 */
export async function deleteWebhook(
	api: Endpoints,
	retry: Retry,
	id: string,
	isSent = false,
	onLost?: () => void,
): Promise<Answer<unknown, ErrorDetails>> {
	let mayHaveApplied = isSent;
	const deleted = await retry<unknown>(async () => {
		const answer = await api.deleteWebhook(id);
		if (answer.kind === 'notFound' && mayHaveApplied) return { kind: 'ok', value: undefined };
		if (answer.kind === 'indeterminate') {
			mayHaveApplied = true;
			onLost?.();
		}
		return answer;
	});
	return masked(deleted);
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
