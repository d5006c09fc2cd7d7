import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	copyAiText,
	createRunClient,
	metadataOption,
	readStart,
	startKeyOption,
	variableFields,
	workflowField,
} from '../common';
import { concurrencyOption, optionsField, showFor } from '../../../shared/descriptions';
import { readConcurrency, readItems, startRuns, toNodeOutput } from '../../../shared/operations';

export const description = showFor('workflowRun', 'start', [
	workflowField,
	...variableFields,
	optionsField([concurrencyOption(copyAiText), metadataOption, startKeyOption]),
]);

/** Starts one run per item and does not wait for any. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, errors } = await readItems(this, copyAiText, (item) => readStart(this, item));
	const client = await createRunClient(this, readConcurrency(this));

	const results = await startRuns(
		this,
		client,
		items,
		({ item, value: { workflowId } }, { id }) => ({
			item,
			json: { id, workflowId, status: 'NEW' },
		}),
	);
	return toNodeOutput(this, copyAiText, [...errors, ...results]);
}
