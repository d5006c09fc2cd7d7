import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	copyAiText,
	createRunClient,
	parseJsonOption,
	readOutputFormat,
	readWorkflowId,
	runHints,
	toJson,
	workflowField,
} from '../common';
import { filtersField, readFilters } from './filters';
import { newestRuns } from './newestRuns';
import { limitFields, optionsField, showFor, simplifyField } from '../../../shared/descriptions';
import {
	forEachItem,
	readItems,
	readLimit,
	runItems,
	toNodeOutput,
	toResult,
	withHints,
} from '../../../shared/operations';

export const description = showFor('workflowRun', 'getAll', [
	workflowField,
	...limitFields,
	filtersField,
	simplifyField,
	optionsField([parseJsonOption]),
]);

/** Gets the newest runs of a workflow. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, copyAiText, (item) => ({
		workflowId: readWorkflowId(this, item),
		limit: readLimit(this, item),
		filters: readFilters(this, item),
		format: readOutputFormat(this, item),
	}));

	const results = await runItems(this, read, async (items) => {
		const client = await createRunClient(this);
		return await forEachItem(items, async ({ item, value }) => {
			const answer = await newestRuns(client, value);
			return toResult(item, answer, (runs) => runs.map((run) => toJson(run, value.format)));
		});
	});
	return withHints(this, toNodeOutput(this, copyAiText, results), runHints);
}
