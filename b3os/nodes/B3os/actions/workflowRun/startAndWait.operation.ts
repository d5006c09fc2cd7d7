import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { startOptions, variableFields, workflowField } from '../fields';
import { hintAtDrafts, hintAtPartial } from '../hints';
import { readOutputForm } from '../output';
import { b3osText } from '../service';
import { readStart, withLiveVersions } from '../startParameters';
import { createRunClient } from '../runClient';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
	waitOptions,
} from '../../../../../nodes/shared/descriptions';
import {
	readConcurrency,
	readItems,
	readWaitOptions,
	startAndWait,
	toNodeOutput,
} from '../../../../../nodes/shared/operations';

export const description = showFor('workflowRun', 'startAndWait', [
	workflowField,
	...variableFields,
	simplifyField,
	optionsField([concurrencyOption(b3osText), ...startOptions, ...waitOptions(b3osText)]),
]);

/** Starts one run per item; follows each from the moment it is started, all together. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items: read, results } = await readItems(this, b3osText, (item) => ({
		...readStart(this, item),
		...readWaitOptions(this, item),
		...readOutputForm(this, item),
	}));
	const tools = await createRunClient(this, readConcurrency(this));
	const items = await withLiveVersions(this, tools, read, results);

	await Promise.all([startAndWait(this, tools, items, results), hintAtDrafts(this, tools, items)]);
	hintAtPartial(this, results);
	return toNodeOutput(this, b3osText, results);
}
