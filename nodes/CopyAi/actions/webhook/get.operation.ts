import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toWebhook } from '../../../api';
import { showFor } from '../fields';
import { readItems } from '../../../shared/actions/parameters';
import { acceptItems, answerResult, finish, type Result } from '../../../shared/actions/results';
import { openTools } from '../tools';
import { webhookField } from './fields';
import { toJson } from './output';
import { readWebhookId } from './reading';

export const description = showFor('webhook', 'get', [webhookField]);

/** Gets one webhook per item. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const results: Result[] = [];
	const entries = await readItems(this, (item) => readWebhookId(this, item));
	const items = acceptItems(this, entries, results);
	const { api, insist } = await openTools(this);

	await Promise.all(
		items.map(async ({ item, value: id }) => {
			const answer = await insist(async () => await api.getWebhook(id));
			results.push(answerResult(item, answer, (raw) => toJson(toWebhook(raw))));
		}),
	);
	return finish(this, results);
}
