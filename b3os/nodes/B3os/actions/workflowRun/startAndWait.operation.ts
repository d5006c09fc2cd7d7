import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	b3osText,
	createRunClient,
	draftHint,
	partialHint,
	readOutputFormat,
	readStart,
	startOptions,
	variableFields,
	withLiveVersions,
	workflowField,
} from '../common';
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
	withHints,
} from '../../../../../nodes/shared/operations';

export const description = showFor('workflowRun', 'startAndWait', [
	workflowField,
	...variableFields,
	simplifyField,
	optionsField([concurrencyOption(b3osText), ...startOptions, ...waitOptions(b3osText)]),
]);

/** Starts one run per item, and waits for each from the moment it is started. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, b3osText, (item) => ({
		...readStart(this, item),
		...readWaitOptions(this, item),
		...readOutputFormat(this, item),
	}));
	const client = await createRunClient(this, readConcurrency(this));
	const { items, results } = await withLiveVersions(this, client, read.items);

	const [finished, hints] = await Promise.all([
		startAndWait(this, client, items),
		draftHint(this, client, items),
	]);
	const outputs = toNodeOutput(this, b3osText, [...read.errors, ...results, ...finished]);
	return withHints(this, outputs, () => hints, partialHint);
}
