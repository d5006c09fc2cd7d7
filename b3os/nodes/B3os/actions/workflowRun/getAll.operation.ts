import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import {
	b3osText,
	createRunClient,
	nodesOption,
	readOutputFormat,
	readWorkflowId,
	toJson,
	workflowField,
} from '../common';
import { newestRuns } from './newestRuns';
import {
	concurrencyOption,
	limitFields,
	optionsField,
	showFor,
	simplifyField,
	statusFilter,
} from '../../../../../nodes/shared/descriptions';
import {
	forEachItem,
	readConcurrency,
	readFlag,
	readItems,
	readLimit,
	readOptions,
	runItems,
	toNodeOutput,
	toResult,
} from '../../../../../nodes/shared/operations';

const filtersField: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	options: [statusFilter(['cancelled', 'failure', 'partial', 'running', 'success', 'waiting'])],
};

const includeOutputsOption: INodeProperties = {
	displayName: 'Include Outputs',
	name: 'includeOutputs',
	type: 'boolean',
	default: false,
	description: "Whether to include each run's output. Takes one more request per run.",
};

export const description = showFor('workflowRun', 'getAll', [
	workflowField,
	...limitFields,
	filtersField,
	simplifyField,
	optionsField([concurrencyOption(b3osText), includeOutputsOption, nodesOption]),
]);

/** Gets the newest runs of a workflow. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, b3osText, (item) => ({
		workflowId: readWorkflowId(this, item),
		limit: readLimit(this, item),
		status: readStatus(this, item),
		includeOutputs: readFlag(readOptions(this, item).includeOutputs, 'Include Outputs', false),
		format: readOutputFormat(this, item),
		concurrency: readConcurrency(this, item),
	}));

	const results = await runItems(this, read, async (items) => {
		const client = await createRunClient(this, items);
		return await forEachItem(items, async ({ item, value }) => {
			const answer = await newestRuns(client, value);
			return toResult(item, answer, (runs) => runs.map((run) => toJson(run, value.format)));
		});
	});
	return toNodeOutput(this, b3osText, results);
}

function readStatus(context: IExecuteFunctions, item: number): string[] {
	const { status } = context.getNodeParameter('filters', item, {}) as { status?: unknown };
	return [status ?? []].flat().map((name) => String(name).trim().toLowerCase());
}
