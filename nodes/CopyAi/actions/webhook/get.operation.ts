import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toWebhook } from '../../../api';
import { showFor } from '../../../shared/actions/fields';
import { readItems } from '../../../shared/actions/items';
import { answerResult, finish } from '../../../shared/actions/results';
import { copyAi } from '../service';
import { openTools } from '../tools';
import { webhookField } from './fields';
import { toJson } from './output';
import { readWebhookId } from './reading';

export const description = showFor('webhook', 'get', [webhookField]);

/** Gets one webhook per item. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, copyAi, (item) => readWebhookId(this, item));
	const { api, insist } = await openTools(this);

	await Promise.all(
		items.map(async ({ item, value: id }) => {
			const answer = await insist(async () => await api.getWebhook(id));
			results.push(answerResult(item, answer, (raw) => toJson(toWebhook(raw))));
		}),
	);
	return finish(this, copyAi, results);
}
