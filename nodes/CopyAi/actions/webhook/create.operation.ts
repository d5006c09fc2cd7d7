import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { type CopyAiWebhook, isSameWebhook, listWebhooks, registerWebhook } from '../../../api';
import { showFor } from '../../../shared/actions/fields';
import { readItems } from '../../../shared/actions/items';
import { keptOf } from '../../../shared/actions/kept';
import { answerResult, finish } from '../../../shared/actions/results';
import { eventOptions, workflowField } from '../fields';
import { copyAi } from '../service';
import { openTools } from '../tools';
import { toJson } from './output';
import { readWebhookRequest } from './reading';

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
	const { items, results } = await readItems(this, copyAi, (item) =>
		readWebhookRequest(this, item),
	);
	if (items.length === 0) return finish(this, copyAi, results);
	const { api, insist } = await openTools(this);

	const made = keptOf<Record<number, string>>(this, 'createdWebhooks', {});
	const listed = await listWebhooks(api, insist);
	const known: CopyAiWebhook[] = listed.kind === 'ok' ? [...listed.value] : [];
	for (const { item, value } of items) {
		if (listed.kind !== 'ok') {
			results.push(answerResult(item, listed, () => []));
			continue;
		}
		const before = known.find((webhook) => webhook.id === made[item]);
		if (before && isSameWebhook(before, value)) {
			results.push({ item, json: toJson(before) });
			continue;
		}
		const answer = await registerWebhook(api, insist, value, known);
		if (answer.kind === 'ok') {
			known.push(answer.value);
			made[item] = answer.value.id;
		}
		results.push(answerResult(item, answer, toJson));
	}
	return finish(this, copyAi, results);
}
