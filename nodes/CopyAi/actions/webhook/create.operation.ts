import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	type CopyAiWebhook,
	isSameWebhook,
	listWebhooks,
	registerWebhook,
	type WebhookRequest,
} from '../../api';
import type { Answer } from '../../../runs';
import type { ErrorDetails } from '../../../shared/http';
import { eventOptions, optionalWorkflowField } from '../fields';
import { copyAiText } from '../service';
import { createRunClient, type RunClient } from '../runClient';
import { toJson } from './output';
import { readWebhookRequest } from './parameters';
import { showFor } from '../../../shared/descriptions';
import {
	attempt,
	getExecutionState,
	type ParsedItem,
	readItems,
	type Result,
	runItems,
	toItemError,
	toNodeOutput,
	toResult,
} from '../../../shared/operations';

export const description = showFor('webhook', 'create', [
	{
		displayName: 'Webhook URL',
		name: 'webhookUrl',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. https://n8n.example.com/webhook/copy-ai',
		description: 'The URL Copy.ai sends events to',
		hint: 'To start an n8n workflow on events, use the Copy.ai Trigger node: it creates its webhooks by itself',
	},
	{
		displayName: 'Event',
		name: 'event',
		type: 'options',
		default: 'workflowRun.completed',
		description: 'The event to subscribe to. Each webhook receives one type of event.',
		options: eventOptions,
	},
	optionalWorkflowField(
		'Only send events of this workflow. Leave empty for all workflows in the workspace.',
	),
]);

const ADVICE = 'Check with Webhook > Get Many whether the webhook was registered.';

/** What earlier attempts of this execution left. */
interface Registered {
	/** Of the webhooks that they registered, by item. */
	ids: Record<number, string>;
	/** Of all webhooks that were there before the first attempt. */
	idsBefore: { list?: string[] };
}

/** Registers one webhook per item, in order: after a lost response, the new webhook is found by what wasn't listed before. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, copyAiText, (item) => readWebhookRequest(this, item));
	const results = await runItems(this, read, async (items) => {
		if (items.length === 0) return [];
		const ids = getExecutionState<Record<number, string>>(this, 'createdWebhooks', {});
		const idsBefore = getExecutionState<Registered['idsBefore']>(this, 'webhooksBefore', {});
		return await registerAll(await createRunClient(this), items, { ids, idsBefore });
	});
	return toNodeOutput(this, copyAiText, results);
}

async function registerAll(
	{ api, retry }: RunClient,
	items: Array<ParsedItem<WebhookRequest>>,
	registered: Registered,
): Promise<Result[]> {
	const listed = await listWebhooks(api, retry);
	if (listed.kind !== 'ok') return items.map(({ item }) => toResult(item, listed, () => []));

	registered.idsBefore.list ??= listed.value.map(({ id }) => id);
	const results: Result[] = [];
	for (const entry of items) {
		const result = await attempt(
			async () => await registerOne({ api, retry }, entry, listed.value, registered),
			(thrown) => toItemError(entry.item, thrown, ADVICE),
		);
		results.push(result);
	}
	return results;
}

/** A webhook that is like the item's and of no other item, and wasn't there before, is from an attempt whose response was lost. */
async function registerOne(
	{ api, retry }: Pick<RunClient, 'api' | 'retry'>,
	{ item, value: request }: ParsedItem<WebhookRequest>,
	listed: CopyAiWebhook[],
	{ ids, idsBefore }: Registered,
): Promise<Result> {
	const others = new Set([...(idsBefore.list ?? []), ...Object.values(ids)]);
	const existing = listed.find(
		(webhook) =>
			(webhook.id === ids[item] || !others.has(webhook.id)) && isSameWebhook(webhook, request),
	);
	const answer: Answer<CopyAiWebhook, ErrorDetails> = existing
		? { kind: 'ok', value: existing }
		: await registerWebhook(api, retry, request, others);
	if (answer.kind === 'ok') ids[item] = answer.value.id;
	return toResult(item, answer, toJson);
}
