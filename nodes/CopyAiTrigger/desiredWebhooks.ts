import { type IHookFunctions, NodeOperationError } from 'n8n-workflow';
import { copyAiHttp, toWorkflowId, WEBHOOK_EVENTS } from '../CopyAi/api';
import { locatorValue, toBaseUrl } from '../shared/http';
import { deriveToken, isLoopback } from '../shared/trigger';
import type { DesiredWebhooks } from './registration';

/**
 * What should be registered, from the trigger's parameters, its URL and the credential.
 *
 * @param salt from static data; see `secret.ts`
 * @throws NodeOperationError for parameters and URLs with which no event could be received
 */
export async function readDesired(context: IHookFunctions, salt: string): Promise<DesiredWebhooks> {
	const refuse = (message: string, description: string) =>
		new NodeOperationError(context.getNode(), message, { description });

	const selected: unknown = context.getNodeParameter('events', []);
	const events = WEBHOOK_EVENTS.filter(
		(event) => Array.isArray(selected) && selected.includes(event),
	);
	if (events.length === 0) {
		throw refuse("No events are selected in 'Events'", 'Select at least one event.');
	}

	const entered = locatorValue(context.getNodeParameter('workflowId', '')) ?? '';
	const workflowId = toWorkflowId(entered);
	if (!workflowId && String(entered).trim() !== '') {
		throw refuse(
			"'Workflow' has no workflow ID",
			'Enter the workflow ID, paste its URL from Copy.ai, or leave it empty for all workflows.',
		);
	}

	const url = publicUrl(context);
	const { baseUrl } = await context.getCredentials('copyAiApi');
	const apiUrl = toBaseUrl(baseUrl, copyAiHttp);
	if (isLoopback(url) && !(typeof apiUrl === 'string' && isLoopback(apiUrl))) {
		throw refuse(
			`Copy.ai can't reach this n8n instance at ${new URL(url).origin}: set the environment variable WEBHOOK_URL to n8n's public URL and restart n8n`,
			'A public URL is one like https://n8n.example.com/. For local development, use a tunnel.',
		);
	}
	return { url, token: deriveToken(salt, await readApiKey(context)), events, workflowId };
}

export async function readApiKey(context: IHookFunctions): Promise<string> {
	const { apiKey } = await context.getCredentials('copyAiApi');
	return String(apiKey ?? '').trim();
}

/** The trigger's webhook URL, without query. @throws NodeOperationError if n8n has none */
export function publicUrl(context: IHookFunctions): string {
	const url = context.getNodeWebhookUrl('default');
	if (url) return url;
	throw new NodeOperationError(context.getNode(), 'n8n has no webhook URL for this trigger', {
		description: 'Save the workflow and activate it again.',
	});
}
