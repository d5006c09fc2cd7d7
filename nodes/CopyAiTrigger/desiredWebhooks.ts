import { type IHookFunctions, type ITriggerFunctions, NodeOperationError } from 'n8n-workflow';
import { copyAiHttp, toWorkflowId, WEBHOOK_EVENTS, type WebhookEvent } from '../CopyAi/api';
import { locatorValue, shownMessage, toBaseUrl } from '../shared/http';
import { deriveToken, isLoopback } from '../shared/trigger';
import type { DesiredWebhooks } from './registration';

/** Where webhooks are registered from: when n8n activates the workflow, and when it starts. */
export type RegistrationContext = IHookFunctions | ITriggerFunctions;

/** What to register, as far as the trigger's parameters and its URL say. */
export interface Target {
	/** The trigger's public URL, without query. */
	url: string;
	events: WebhookEvent[];
	/** Absent: all workflows in the workspace. */
	workflowId?: string;
}

/** @throws NodeOperationError for parameters with which no event could be received */
export function readTarget(context: RegistrationContext, url: string): Target {
	const selected: unknown = context.getNodeParameter('events', []);
	const events = WEBHOOK_EVENTS.filter(
		(event) => Array.isArray(selected) && selected.includes(event),
	);
	if (events.length === 0) {
		throw refusal(context, "No events are selected in 'Events'", 'Select at least one event.');
	}

	const entered = locatorValue(context.getNodeParameter('workflowId', '')) ?? '';
	const workflowId = toWorkflowId(entered);
	if (!workflowId && String(entered).trim() !== '') {
		throw refusal(
			context,
			"'Workflow' has no workflow ID",
			'Enter the workflow ID, paste its URL from Copy.ai, or leave it empty for all workflows.',
		);
	}
	return { url, events, workflowId };
}

/**
 * What should be registered, from a target and the credential.
 *
 * @param salt from static data; see `secret.ts`
 * @throws NodeOperationError for a URL at which no event could be received
 */
export async function toDesired(
	context: RegistrationContext,
	target: Target,
	salt: string,
): Promise<DesiredWebhooks> {
	const { url } = target;
	const { baseUrl } = await context.getCredentials('copyAiApi');
	const apiUrl = toBaseUrl(baseUrl, copyAiHttp);
	if (isLoopback(url) && !(typeof apiUrl === 'string' && isLoopback(apiUrl))) {
		throw refusal(
			context,
			`Copy.ai can't reach this n8n instance at ${new URL(url).origin}: set the environment variable WEBHOOK_URL to n8n's public URL and restart n8n`,
			'A public URL is one like https://n8n.example.com/. For local development, use a tunnel.',
		);
	}
	return { ...target, token: deriveToken(salt, await readApiKey(context)) };
}

export async function readApiKey(
	context: Pick<RegistrationContext, 'getCredentials'>,
): Promise<string> {
	const { apiKey } = await context.getCredentials('copyAiApi');
	return String(apiKey ?? '').trim();
}

/** The trigger's webhook URL, without query. @throws NodeOperationError if n8n has none */
export function publicUrl(context: IHookFunctions): string {
	const url = context.getNodeWebhookUrl('default');
	if (url) return url;
	throw refusal(
		context,
		'n8n has no webhook URL for this trigger',
		'Save the workflow and activate it again.',
	);
}

/** A URL of n8n's own that every method of a node is told, for `movedUrl`; empty if there is none. */
export function readN8nUrl(context: RegistrationContext): string {
	// No parameter has this name: n8n evaluates the expression that it falls back to.
	const url: unknown = context.getNodeParameter('n8nUrl', '={{ $execution.resumeUrl }}');
	return typeof url === 'string' ? url : '';
}

function refusal(
	context: RegistrationContext,
	message: string,
	description: string,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), shownMessage(message), { description });
}
