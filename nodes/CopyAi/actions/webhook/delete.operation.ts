import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { deleteWebhook } from '../../api';
import { copyAiText } from '../service';
import { createRunClient } from '../runClient';
import { webhookField } from './fields';
import { readWebhookId } from './parameters';
import { showFor } from '../../../shared/descriptions';
import {
	forEachItem,
	getExecutionState,
	readItems,
	toNodeOutput,
	toResult,
} from '../../../shared/operations';

export const description = showFor('webhook', 'delete', [webhookField]);

/** Deletes one webhook per item. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, errors } = await readItems(this, copyAiText, (item) => readWebhookId(this, item));
	const { api, retry } = await createRunClient(this);
	const deletedIds = getExecutionState<Record<number, string>>(this, 'deletedWebhooks', {});

	const results = await forEachItem(items, async ({ item, value: id }) => {
		if (deletedIds[item] === id) return { item, json: { deleted: true } };
		const answer = await deleteWebhook(api, retry, id);
		if (answer.kind === 'ok') deletedIds[item] = id;
		return toResult(item, answer, () => ({ deleted: true }));
	});
	return toNodeOutput(this, copyAiText, [...errors, ...results]);
}
