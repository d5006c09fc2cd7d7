import type { IExecuteFunctions } from 'n8n-workflow';
import { toWorkflowId, WEBHOOK_EVENTS, type WebhookEvent, type WebhookRequest } from '../../api';
import { locatorValue, toId } from '../../../shared/http';
import { ParameterError } from '../../../shared/operations';

/** @throws Refusal when there is no id in it */
export function readWebhookId(context: IExecuteFunctions, item: number): string {
	const id = toId(context.getNodeParameter('webhookId', item, ''));
	if (id) return id;
	throw new ParameterError(
		'No webhook ID in "Webhook ID"',
		'Enter the ID of a webhook, as Create and Get Many put it out in the field "id".',
	);
}

/** @throws Refusal for a URL, an event or a workflow that Copy.ai can't register */
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
		'"Webhook URL" is not an address that events can be sent to',
		'Enter the whole address, beginning with https://, under which Copy.ai can reach it.',
	);
}

function readEvent(entered: unknown): WebhookEvent {
	const event = WEBHOOK_EVENTS.find((known) => known === entered);
	if (event) return event;
	throw new ParameterError(
		'"Event" is none that Copy.ai knows',
		`Choose one of the list. An expression must come to one of ${WEBHOOK_EVENTS.join(', ')}.`,
	);
}

/** @returns nothing when nothing is entered: every workflow */
function readOptionalWorkflowId(context: IExecuteFunctions, item: number): string | undefined {
	const entered = locatorValue(context.getNodeParameter('workflowId', item, ''));
	if (entered === undefined || entered === null || String(entered).trim() === '') return undefined;
	const id = toWorkflowId(entered);
	if (id) return id;
	throw new ParameterError(
		'No workflow ID in "Workflow"',
		'Enter the ID, paste the address of the workflow from Copy.ai, or leave it empty for every workflow.',
	);
}
