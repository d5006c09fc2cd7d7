import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { concurrencyOption, optionsField, showFor } from '../../../shared/actions/fields';
import { readItems } from '../../../shared/actions/items';
import { readConcurrency } from '../../../shared/actions/parameters';
import { finish } from '../../../shared/actions/results';
import { startItems } from '../../../shared/actions/starting';
import { metadataOption, startKeyOption, variableFields, workflowField } from '../fields';
import { copyAi } from '../service';
import { readStart } from '../starting';
import { openTools } from '../tools';

export const description = showFor('workflowRun', 'start', [
	workflowField,
	...variableFields,
	optionsField([concurrencyOption(copyAi), metadataOption, startKeyOption]),
]);

/** Starts one run per item and does not wait for any. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, copyAi, (item) => readStart(this, item));
	const tools = await openTools(this, readConcurrency(this));

	await startItems(this, tools, items, results, ({ item, value: { workflowId } }, { id }) => {
		results.push({ item, json: { id, workflowId, status: 'NEW' } });
	});
	return finish(this, copyAi, results);
}
