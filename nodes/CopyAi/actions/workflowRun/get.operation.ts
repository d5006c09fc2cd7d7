import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	copyAiText,
	createRunClient,
	parseJsonOption,
	readOutputFormat,
	readWorkflowId,
	runField,
	runHints,
	toJson,
	workflowField,
} from '../common';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
} from '../../../shared/descriptions';
import {
	forEachItem,
	readConcurrency,
	readItems,
	readRunId,
	runItems,
	toNodeOutput,
	toResult,
	withHints,
} from '../../../shared/operations';

export const description = showFor('workflowRun', 'get', [
	workflowField,
	runField,
	simplifyField,
	optionsField([concurrencyOption(copyAiText), parseJsonOption]),
]);

/** Gets one run per item with its current status. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, copyAiText, (item) => ({
		workflowId: readWorkflowId(this, item),
		runId: readRunId(this, item),
		format: readOutputFormat(this, item),
		concurrency: readConcurrency(this, item),
	}));

	const results = await runItems(this, read, async (items) => {
		const { runs, retry } = await createRunClient(this, items);
		return await forEachItem(items, async ({ item, value }) => {
			const { workflowId, runId, format } = value;
			const answer = await retry(async () => await runs.getRun(workflowId, runId));
			return toResult(item, answer, ({ run }) => toJson(run, format), { runId, workflowId });
		});
	});
	return withHints(this, toNodeOutput(this, copyAiText, results), runHints);
}
