import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { listWebhooks } from '../../api';
import { copyAiText } from '../service';
import { createRunClient } from '../runClient';
import { toJson } from './output';
import { limitFields, showFor } from '../../../shared/descriptions';
import {
	forEachItem,
	readItems,
	readLimit,
	runItems,
	toNodeOutput,
	toResult,
} from '../../../shared/operations';

export const description = showFor('webhook', 'getAll', limitFields);

/** Retrieves the webhooks of the workspace. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, copyAiText, (item) => readLimit(this, item));
	const results = await runItems(this, read, async (items) => {
		const { api, retry } = await createRunClient(this);
		return await forEachItem(items, async ({ item, value: limit }) => {
			const answer = await listWebhooks(api, retry, limit);
			return toResult(item, answer, (webhooks) => webhooks.map(toJson));
		});
	});
	return toNodeOutput(this, copyAiText, results);
}
