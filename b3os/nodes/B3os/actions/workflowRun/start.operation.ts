import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	concurrencyOption,
	optionsField,
	showFor,
} from '../../../../../nodes/shared/actions/fields';
import { readItems } from '../../../../../nodes/shared/actions/items';
import { readConcurrency } from '../../../../../nodes/shared/actions/parameters';
import { finish } from '../../../../../nodes/shared/actions/results';
import { startItems } from '../../../../../nodes/shared/actions/starting';
import { startOptions, variableFields, workflowField } from '../fields';
import { hintAtDrafts } from '../hints';
import { b3os } from '../service';
import { readStart, withLiveVersions } from '../starting';
import { openTools } from '../tools';

export const description = showFor('workflowRun', 'start', [
	workflowField,
	...variableFields,
	optionsField([concurrencyOption(b3os), ...startOptions]),
]);

/** Starts one run per item and does not wait for any. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items: read, results } = await readItems(this, b3os, (item) => readStart(this, item));
	const tools = await openTools(this, readConcurrency(this));
	const items = await withLiveVersions(this, tools, read, results);

	await startItems(this, tools, items, results, ({ item, value: { workflowId } }, { id, seen }) => {
		results.push({ item, json: { id, workflowId, status: seen?.run.status ?? 'running' } });
	});
	await hintAtDrafts(this, tools, items);
	return finish(this, b3os, results);
}
