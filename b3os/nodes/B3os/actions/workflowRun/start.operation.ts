import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	b3osText,
	createRunClient,
	draftHint,
	readStart,
	startOptions,
	variableFields,
	withLiveVersions,
	workflowField,
} from '../common';
import { concurrencyOption, optionsField, showFor } from '../../../../../nodes/shared/descriptions';
import {
	readConcurrency,
	readItems,
	startRuns,
	toNodeOutput,
	withHints,
} from '../../../../../nodes/shared/operations';

export const description = showFor('workflowRun', 'start', [
	workflowField,
	...variableFields,
	optionsField([concurrencyOption(b3osText), ...startOptions]),
]);

/** Starts one run per item and does not wait for any. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, b3osText, (item) => readStart(this, item));
	const client = await createRunClient(this, readConcurrency(this));
	const { items, results } = await withLiveVersions(this, client, read.items);

	const started = await startRuns(this, client, items, ({ item, value }, { id, snapshot }) => ({
		item,
		json: {
			id,
			workflowId: value.workflowId,
			status: snapshot?.run.status ?? 'running',
		},
	}));
	const hints = await draftHint(this, client, items);
	const outputs = toNodeOutput(this, b3osText, [...read.errors, ...results, ...started]);
	return withHints(this, outputs, () => hints);
}
