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
	runItems,
	toNodeOutput,
	toResult,
} from '../../../shared/operations';

export const description = showFor('webhook', 'delete', [webhookField]);

/** Deletes one webhook per item. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, copyAiText, (item) => readWebhookId(this, item));
	const deletedIds = getExecutionState<Record<number, string>>(this, 'deletedWebhooks', {});
	const lostIds = getExecutionState<Record<number, string>>(this, 'lostDeletions', {});

	const results = await runItems(this, read, async (items) => {
		const { api, retry } = await createRunClient(this);
		return await forEachItem(items, async ({ item, value: id }) => {
			if (deletedIds[item] === id) return { item, json: { deleted: true } };
			const onLost = () => void (lostIds[item] = id);
			const answer = await deleteWebhook(api, retry, id, lostIds[item] === id, onLost);
			if (answer.kind === 'ok') deletedIds[item] = id;
			return toResult(item, answer, () => ({ deleted: true }));
		});
	});
	return toNodeOutput(this, copyAiText, results);
}
