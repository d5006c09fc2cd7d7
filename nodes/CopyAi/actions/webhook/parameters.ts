import type { IExecuteFunctions } from 'n8n-workflow';
import { toWorkflowId, WEBHOOK_EVENTS, type WebhookEvent, type WebhookRequest } from '../../api';
import { locatorValue, toId } from '../../../shared/http';
import { ParameterError } from '../../../shared/operations';

/** @throws ParameterError without an id */
export function readWebhookId(context: IExecuteFunctions, item: number): string {
	const id = toId(context.getNodeParameter('webhookId', item, ''));
	if (id) return id;
	throw new ParameterError(
		"'Webhook Name or ID' has no webhook ID",
		"Choose a webhook from the list, or use an expression. Create and Get Many return it in the 'id' field.",
	);
}

/** @throws ParameterError for an invalid URL, event or workflow */
export function readWebhookRequest(context: IExecuteFunctions, item: number): WebhookRequest {
	const workflowId = readOptionalWorkflowId(context, item);
	return {
		url: readUrl(context.getNodeParameter('webhookUrl', item, '')),
		eventType: readEvent(context.getNodeParameter('event', item, '')),
		...(workflowId && { workflowId }),
	};
}

function readUrl(entered: unknown): string {
	const url = typeof entered === 'string' ? entered.trim() : '';
	if (/^https?:\/\//i.test(url) && URL.canParse(url)) return url;
	throw new ParameterError(
		"'Webhook URL' isn't a valid URL",
		'Enter the full URL at which Copy.ai can reach it, starting with https://.',
	);
}

function readEvent(entered: unknown): WebhookEvent {
	const event = WEBHOOK_EVENTS.find((known) => known === entered);
	if (event) return event;
	throw new ParameterError(
		"'Event' isn't a Copy.ai event",
		`Choose an event from the list. An expression must resolve to one of ${WEBHOOK_EVENTS.join(', ')}.`,
	);
}

/** @returns undefined if the field is empty: all workflows */
function readOptionalWorkflowId(context: IExecuteFunctions, item: number): string | undefined {
	const entered = locatorValue(context.getNodeParameter('workflowId', item, ''));
	if (entered === undefined || entered === null || String(entered).trim() === '') return undefined;
	const id = toWorkflowId(entered);
	if (id) return id;
	throw new ParameterError(
		"'Workflow' has no workflow ID",
		'Enter the workflow ID, paste its URL from Copy.ai, or leave it empty for all workflows.',
	);
}
