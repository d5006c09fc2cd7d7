import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	b3osText,
	createRunClient,
	nodesOption,
	onWaitingOption,
	partialHint,
	readOnWaiting,
	readOptionalWorkflowId,
	readOutputFormat,
	runField,
	wantedOf,
	workflowOfRunField,
} from '../common';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
	waitOptions,
} from '../../../../../nodes/shared/descriptions';
import {
	forEachItem,
	readConcurrency,
	readItems,
	readOptions,
	readRunId,
	readWaitOptions,
	runItems,
	toNodeOutput,
	waitForRun,
	withHints,
} from '../../../../../nodes/shared/operations';

export const description = showFor('workflowRun', 'wait', [
	workflowOfRunField,
	runField,
	simplifyField,
	optionsField([
		concurrencyOption(b3osText),
		nodesOption,
		onWaitingOption,
		...waitOptions(b3osText),
	]),
]);

/** Waits for existing runs, all at the same time. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, b3osText, (item) => ({
		workflowId: readOptionalWorkflowId(this, item),
		runId: readRunId(this, item),
		...readWaitOptions(this, item),
		...readOutputFormat(this, item),
		onWaiting: readOnWaiting(readOptions(this, item)),
		concurrency: readConcurrency(this, item),
	}));

	const results = await runItems(this, read, async (items) => {
		const client = await createRunClient(this, items);
		items.forEach(({ value }) => client.wanted.add(value.runId, wantedOf(value, value.onWaiting)));
		return await forEachItem(
			items,
			async (entry) => await waitForRun(client, entry, entry.value.runId),
		);
	});
	return withHints(this, toNodeOutput(this, b3osText, results), partialHint);
}
