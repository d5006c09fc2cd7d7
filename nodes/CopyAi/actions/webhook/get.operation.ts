import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toWebhook } from '../../api';
import { copyAiText } from '../service';
import { createRunClient } from '../runClient';
import { webhookField } from './fields';
import { toJson } from './output';
import { readWebhookId } from './parameters';
import { showFor } from '../../../shared/descriptions';
import { forEachItem, readItems, toNodeOutput, toResult } from '../../../shared/operations';

export const description = showFor('webhook', 'get', [webhookField]);

/** Retrieves one webhook per item. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, errors } = await readItems(this, copyAiText, (item) => readWebhookId(this, item));
	const { api, retry } = await createRunClient(this);

	const results = await forEachItem(items, async ({ item, value: id }) => {
		const answer = await retry(async () => await api.getWebhook(id));
		return toResult(item, answer, (raw) => toJson(toWebhook(raw)));
	});
	return toNodeOutput(this, copyAiText, [...errors, ...results]);
}
