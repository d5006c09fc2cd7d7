import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	b3osText,
	createRunClient,
	nodesOption,
	readOptionalWorkflowId,
	readOutputFormat,
	runField,
	toJson,
	wantedOf,
	workflowOfRunField,
} from '../common';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
} from '../../../../../nodes/shared/descriptions';
import {
	forEachItem,
	readConcurrency,
	readItems,
	readRunId,
	runItems,
	toNodeOutput,
	toResult,
} from '../../../../../nodes/shared/operations';

export const description = showFor('workflowRun', 'get', [
	workflowOfRunField,
	runField,
	simplifyField,
	optionsField([concurrencyOption(b3osText), nodesOption]),
]);

/** Gets one run per item with its current status. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, b3osText, (item) => ({
		workflowId: readOptionalWorkflowId(this, item),
		runId: readRunId(this, item),
		format: readOutputFormat(this, item),
		concurrency: readConcurrency(this, item),
	}));

	const results = await runItems(this, read, async (items) => {
		const { runs, retry, wanted } = await createRunClient(this, items);
		items.forEach(({ value }) => wanted.add(value.runId, wantedOf(value.format)));
		return await forEachItem(items, async ({ item, value }) => {
			const { workflowId, runId, format } = value;
			const answer = await retry(async () => await runs.getRun(workflowId, runId));
			return toResult(item, answer, ({ run }) => toJson(run, format), { runId, workflowId });
		});
	});
	return toNodeOutput(this, b3osText, results);
}
