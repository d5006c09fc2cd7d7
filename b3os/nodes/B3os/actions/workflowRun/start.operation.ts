import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { optionsField, showFor } from '../../../../../nodes/CopyAi/actions/fields';
import { readConcurrency, readItems } from '../../../../../nodes/shared/actions/parameters';
import { acceptItems, finish, type Result } from '../../../../../nodes/shared/actions/results';
import { byName, concurrencyOption, startOptions, variableFields, workflowField } from '../fields';
import { hintAtDrafts } from '../hints';
import { readStart, startItems, startResult, withLiveVersions } from '../starting';
import { openTools } from '../tools';

export const description = showFor('workflowRun', 'start', [
	workflowField,
	...variableFields,
	optionsField(byName([concurrencyOption, ...startOptions])),
]);

/** Starts one run per item and does not wait for any. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const results: Result[] = [];
	const entries = await readItems(this, (item) => readStart(this, item));
	const accepted = acceptItems(this, entries, results);
	const tools = await openTools(this, readConcurrency(this));
	const items = await withLiveVersions(this, tools, accepted, results);

	await startItems(this, tools, items, ({ item, value }, outcome) => {
		const { workflowId } = value;
		const status = outcome.kind === 'started' ? (outcome.seen?.run.status ?? 'running') : '';
		results.push(
			outcome.kind === 'started'
				? { item, json: { id: outcome.id, workflowId, status } }
				: startResult(item, value, outcome),
		);
	});
	await hintAtDrafts(this, tools, items);
	return finish(this, results);
}
