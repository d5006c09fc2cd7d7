import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { removeWebhook } from '../../../api';
import { showFor } from '../fields';
import { readItems } from '../../../shared/actions/parameters';
import { acceptItems, answerResult, finish, type Result } from '../../../shared/actions/results';
import { openTools } from '../tools';
import { doneBefore } from './done';
import { webhookField } from './fields';
import { readWebhookId } from './reading';

export const description = showFor('webhook', 'delete', [webhookField]);

/** Deletes one webhook per item. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const results: Result[] = [];
	const entries = await readItems(this, (item) => readWebhookId(this, item));
	const items = acceptItems(this, entries, results);
	const { api, insist } = await openTools(this);
	const gone = doneBefore(this, 'deleted');

	await Promise.all(
		items.map(async ({ item, value: id }) => {
			if (gone[item] === id) {
				results.push({ item, json: { deleted: true } });
				return;
			}
			const answer = await removeWebhook(api, insist, id);
			if (answer.kind === 'ok') gone[item] = id;
			results.push(answerResult(item, answer, () => ({ deleted: true })));
		}),
	);
	return finish(this, results);
}
