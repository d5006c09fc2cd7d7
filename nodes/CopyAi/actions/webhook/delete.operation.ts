import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { removeWebhook } from '../../../api';
import { showFor } from '../../../shared/actions/fields';
import { readItems } from '../../../shared/actions/items';
import { keptOf } from '../../../shared/actions/kept';
import { answerResult, finish } from '../../../shared/actions/results';
import { copyAi } from '../service';
import { openTools } from '../tools';
import { webhookField } from './fields';
import { readWebhookId } from './reading';

export const description = showFor('webhook', 'delete', [webhookField]);

/** Deletes one webhook per item. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, copyAi, (item) => readWebhookId(this, item));
	const { api, insist } = await openTools(this);
	const gone = keptOf<Record<number, string>>(this, 'deletedWebhooks', {});

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
	return finish(this, copyAi, results);
}
