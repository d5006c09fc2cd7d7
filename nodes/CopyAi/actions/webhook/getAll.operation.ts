import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { listWebhooks } from '../../../api';
import { showFor } from '../../../shared/actions/fields';
import { readItems } from '../../../shared/actions/items';
import { limitFields, readLimit } from '../../../shared/actions/lists';
import { answerResult, finish } from '../../../shared/actions/results';
import { copyAi } from '../service';
import { openTools } from '../tools';
import { toJson } from './output';

export const description = showFor('webhook', 'getAll', limitFields);

/** Gets the webhooks of the workspace. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, copyAi, (item) => readLimit(this, item));
	const { api, insist } = await openTools(this);

	await Promise.all(
		items.map(async ({ item, value: limit }) => {
			const answer = await listWebhooks(api, insist, limit);
			results.push(answerResult(item, answer, (webhooks) => webhooks.map(toJson)));
		}),
	);
	return finish(this, copyAi, results);
}
