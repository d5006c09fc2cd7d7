import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { metadataOption, startKeyOption, variableFields, workflowField } from '../fields';
import { copyAiText } from '../service';
import { readStart } from '../startParameters';
import { createRunClient } from '../runClient';
import { concurrencyOption, optionsField, showFor } from '../../../shared/descriptions';
import { readConcurrency, readItems, startRuns, toNodeOutput } from '../../../shared/operations';

export const description = showFor('workflowRun', 'start', [
	workflowField,
	...variableFields,
	optionsField([concurrencyOption(copyAiText), metadataOption, startKeyOption]),
]);

/** Starts one run per item and does not wait for any. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, copyAiText, (item) => readStart(this, item));
	const tools = await createRunClient(this, readConcurrency(this));

	await startRuns(this, tools, items, results, ({ item, value: { workflowId } }, { id }) => {
		results.push({ item, json: { id, workflowId, status: 'NEW' } });
	});
	return toNodeOutput(this, copyAiText, results);
}
