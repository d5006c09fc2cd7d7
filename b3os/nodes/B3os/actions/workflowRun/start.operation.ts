import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { startOptions, variableFields, workflowField } from '../fields';
import { hintAtDrafts } from '../hints';
import { b3osText } from '../service';
import { readStart, withLiveVersions } from '../startParameters';
import { createRunClient } from '../runClient';
import { concurrencyOption, optionsField, showFor } from '../../../../../nodes/shared/descriptions';
import {
	readConcurrency,
	readItems,
	startRuns,
	toNodeOutput,
} from '../../../../../nodes/shared/operations';

export const description = showFor('workflowRun', 'start', [
	workflowField,
	...variableFields,
	optionsField([concurrencyOption(b3osText), ...startOptions]),
]);

/** Starts one run per item and does not wait for any. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items: read, results } = await readItems(this, b3osText, (item) => readStart(this, item));
	const tools = await createRunClient(this, readConcurrency(this));
	const items = await withLiveVersions(this, tools, read, results);

	await startRuns(
		this,
		tools,
		items,
		results,
		({ item, value: { workflowId } }, { id, snapshot }) => {
			results.push({ item, json: { id, workflowId, status: snapshot?.run.status ?? 'running' } });
		},
	);
	await hintAtDrafts(this, tools, items);
	return toNodeOutput(this, b3osText, results);
}
