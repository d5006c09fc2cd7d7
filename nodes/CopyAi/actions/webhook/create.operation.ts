import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { type CopyAiWebhook, isSameWebhook, listWebhooks, registerWebhook } from '../../api';
import { eventOptions, workflowField } from '../fields';
import { copyAiText } from '../service';
import { createRunClient } from '../runClient';
import { toJson } from './output';
import { readWebhookRequest } from './parameters';
import { showFor } from '../../../shared/descriptions';
import {
	getExecutionState,
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
		description: 'The address that Copy.ai sends the events to',
	},
	{
		displayName: 'Event',
		name: 'event',
		type: 'options',
		default: 'workflowRun.completed',
		description: 'What to tell the URL about. Each registration gets one kind of event.',
		options: eventOptions,
	},
	{
		...workflowField,
		required: false,
		description:
			'The Copy.ai workflow whose events to send. Leave it empty for every workflow of the workspace.',
	},
]);

/** Registers one webhook per item, one after the other: a lost answer is looked for among what is new. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, errors } = await readItems(this, copyAiText, (item) =>
		readWebhookRequest(this, item),
	);
	if (items.length === 0) return toNodeOutput(this, copyAiText, errors);
	const { api, retry } = await createRunClient(this);

	const made = getExecutionState<Record<number, string>>(this, 'createdWebhooks', {});
	const listed = await listWebhooks(api, retry);
	const known: CopyAiWebhook[] = listed.kind === 'ok' ? [...listed.value] : [];
	const results: Result[] = [...errors];
	for (const { item, value } of items) {
		if (listed.kind !== 'ok') {
			results.push(toResult(item, listed, () => []));
			continue;
		}
		const before = known.find((webhook) => webhook.id === made[item]);
		if (before && isSameWebhook(before, value)) {
			results.push({ item, json: toJson(before) });
			continue;
		}
		const answer = await registerWebhook(api, retry, value, known);
		if (answer.kind === 'ok') {
			known.push(answer.value);
			made[item] = answer.value.id;
		}
		results.push(toResult(item, answer, toJson));
	}
	return toNodeOutput(this, copyAiText, results);
}
