import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isSameWebhook, listWebhooks, registerWebhook, type WebhookRequest } from '../../api';
import { eventOptions, workflowField } from '../fields';
import { copyAiText } from '../service';
import { createRunClient, type RunClient } from '../runClient';
import { toJson } from './output';
import { readWebhookRequest } from './parameters';
import { showFor } from '../../../shared/descriptions';
import {
	getExecutionState,
	type ParsedItem,
	readItems,
	type Result,
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
	{
		...workflowField,
		required: false,
		hint: 'Optional',
		description:
			'Only send events of this workflow. Leave empty for all workflows in the workspace.',
	},
]);

/** Registers one webhook per item, in order: after a lost response, the new webhook is found by what wasn't listed before. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, errors } = await readItems(this, copyAiText, (item) =>
		readWebhookRequest(this, item),
	);
	if (items.length === 0) return toNodeOutput(this, copyAiText, errors);
	const idsByItem = getExecutionState<Record<number, string>>(this, 'createdWebhooks', {});
	const created = await registerAll(await createRunClient(this), items, idsByItem);
	return toNodeOutput(this, copyAiText, [...errors, ...created]);
}

/** @param idsByItem of the webhooks that earlier attempts of this execution registered; new ones are added */
async function registerAll(
	{ api, retry }: RunClient,
	items: Array<ParsedItem<WebhookRequest>>,
	idsByItem: Record<number, string>,
): Promise<Result[]> {
	const listed = await listWebhooks(api, retry);
	if (listed.kind !== 'ok') return items.map(({ item }) => toResult(item, listed, () => []));

	const known = [...listed.value];
	const results: Result[] = [];
	for (const { item, value: request } of items) {
		const existing = known.find(({ id }) => id === idsByItem[item]);
		if (existing && isSameWebhook(existing, request)) {
			results.push({ item, json: toJson(existing) });
			continue;
		}
		const answer = await registerWebhook(api, retry, request, known);
		if (answer.kind === 'ok') {
			known.push(answer.value);
			idsByItem[item] = answer.value.id;
		}
		results.push(toResult(item, answer, toJson));
	}
	return results;
}
