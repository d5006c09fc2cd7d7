import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	copyAiText,
	createRunClient,
	creditsHint,
	parseJsonOption,
	readOutputFormat,
	readWorkflowId,
	runField,
	runHints,
	workflowField,
} from '../common';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
	waitOptions,
} from '../../../shared/descriptions';
import {
	forEachItem,
	readConcurrency,
	readItems,
	readRunId,
	readWaitOptions,
	toNodeOutput,
	waitForRun,
	withHints,
} from '../../../shared/operations';

export const description = showFor('workflowRun', 'wait', [
	workflowField,
	runField,
	simplifyField,
	optionsField([concurrencyOption(copyAiText), parseJsonOption, ...waitOptions(copyAiText)]),
]);

/** Waits for existing runs, all at the same time. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, errors } = await readItems(this, copyAiText, (item) => ({
		workflowId: readWorkflowId(this, item),
		runId: readRunId(this, item),
		...readWaitOptions(this, item),
		...readOutputFormat(this, item),
	}));
	const client = await createRunClient(this, readConcurrency(this));

	const results = await forEachItem(
		items,
		async (entry) => await waitForRun(client, entry, entry.value.runId),
	);
	const outputs = toNodeOutput(this, copyAiText, [...errors, ...results]);
	return withHints(this, outputs, runHints, creditsHint);
}
