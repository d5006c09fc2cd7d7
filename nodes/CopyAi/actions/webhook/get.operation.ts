import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { readWebhook } from '../../api';
import { copyAiText } from '../service';
import { createRunClient } from '../runClient';
import { webhookField } from './fields';
import { toJson } from './output';
import { readWebhookId } from './parameters';
import { showFor } from '../../../shared/descriptions';
import {
	forEachItem,
	readItems,
	runItems,
	toNodeOutput,
	toResult,
} from '../../../shared/operations';

export const description = showFor('webhook', 'get', [webhookField]);

/** Retrieves one webhook per item. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, copyAiText, (item) => readWebhookId(this, item));
	const results = await runItems(this, read, async (items) => {
		const { api, retry } = await createRunClient(this);
		return await forEachItem(items, async ({ item, value: id }) =>
			toResult(item, await readWebhook(api, retry, id), toJson),
		);
	});
	return toNodeOutput(this, copyAiText, results);
}
