import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { listWebhooks } from '../../../api';
import { showFor } from '../fields';
import { limitFields, readLimit } from '../../../shared/actions/lists';
import { readItems } from '../../../shared/actions/parameters';
import { acceptItems, answerResult, finish, type Result } from '../../../shared/actions/results';
import { openTools } from '../tools';
import { toJson } from './output';

export const description = showFor('webhook', 'getAll', limitFields);

/** Gets the webhooks of the workspace. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const results: Result[] = [];
	const entries = await readItems(this, (item) => readLimit(this, item));
	const items = acceptItems(this, entries, results);
	const { api, insist } = await openTools(this);

	await Promise.all(
		items.map(async ({ item, value: limit }) => {
			const answer = await listWebhooks(api, insist, limit);
			results.push(answerResult(item, answer, (webhooks) => webhooks.map(toJson)));
		}),
	);
	return finish(this, results);
}
