import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	concurrencyOption,
	metadataOption,
	optionsField,
	showFor,
	startKeyOption,
	variableFields,
	workflowField,
} from '../fields';
import { readConcurrency, readItems } from '../../../shared/actions/parameters';
import { acceptItems, finish, type Result } from '../../../shared/actions/results';
import { readStart, startItems, startResult } from '../starting';
import { openTools } from '../tools';

export const description = showFor('workflowRun', 'start', [
	workflowField,
	...variableFields,
	optionsField([concurrencyOption, metadataOption, startKeyOption]),
]);

/** Starts one run per item and does not wait for any. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const results: Result[] = [];
	const entries = await readItems(this, (item) => readStart(this, item));
	const items = acceptItems(this, entries, results);
	const tools = await openTools(this, readConcurrency(this));

	await startItems(this, tools, items, ({ item, value }, outcome) => {
		const { workflowId } = value;
		results.push(
			outcome.kind === 'started'
				? { item, json: { id: outcome.id, workflowId, status: 'NEW' } }
				: startResult(item, value, outcome),
		);
	});
	return finish(this, results);
}
