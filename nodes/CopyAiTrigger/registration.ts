import {
	type CopyAiWebhook,
	isSameWebhook,
	type WebhookEvent,
	type WebhookRequest,
} from '../CopyAi/api';
import { diffRegistrations, type RegistrationDiff } from '../shared/trigger';

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

/**
 * Compares actual and desired webhooks, of which there is one per event.
 *
 * @param listed all webhooks of the workspace
 * @param ids of the webhooks in the trigger's static data
 */
export function diffWebhooks(
	listed: CopyAiWebhook[],
	ids: string[],
	desired: DesiredWebhooks,
): RegistrationDiff<CopyAiWebhook, WebhookRequest> {
	const requests = desired.events.map((eventType) => toRequest(eventType, desired));
	return diffRegistrations(listed, ids, desired.url, requests, isSameWebhook);
}

function toRequest(
	eventType: WebhookEvent,
	{ url, token, workflowId }: DesiredWebhooks,
): WebhookRequest {
	return { url: `${url}?token=${token}`, eventType, ...(workflowId && { workflowId }) };
}
