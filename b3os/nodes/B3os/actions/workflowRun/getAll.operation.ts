import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { Answer } from '../../../../../nodes/runs';
import type { ErrorDetails } from '../../../../../nodes/shared/http';
import { type B3osRun, MAX_PAGE_SIZE, toRun } from '../../api';
import { workflowField } from '../fields';
import { readOutputForm, toJson } from '../output';
import { readWorkflowId } from '../parameters';
import { b3osText } from '../service';
import { createRunClient, type RunClient } from '../runClient';
import {
	concurrencyOption,
	limitFields,
	optionsField,
	showFor,
	simplifyField,
	statusFilter,
} from '../../../../../nodes/shared/descriptions';
import {
	readConcurrency,
	readItems,
	readLimit,
	readOptions,
	readPages,
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
	description:
		"Whether to get what the runs' nodes put out too. B3OS lists runs without it, so that takes one more request per run.",
};

export const description = showFor('workflowRun', 'getAll', [
	workflowField,
	...limitFields,
	filtersField,
	simplifyField,
	optionsField([concurrencyOption(b3osText), includeOutputsOption]),
]);

/** Gets the newest runs of a workflow. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, b3osText, (item) => ({
		workflowId: readWorkflowId(this, item),
		limit: readLimit(this, item),
		status: readStatus(this, item),
		includeOutputs: readOptions(this, item).includeOutputs === true,
		form: readOutputForm(this, item),
	}));
	const tools = await createRunClient(this, readConcurrency(this));

	await Promise.all(
		items.map(async ({ item, value }) => {
			const answer = await newestRuns(tools, value);
			results.push(toResult(item, answer, (runs) => runs.map((run) => toJson(run, value.form))));
		}),
	);
	return toNodeOutput(this, b3osText, results);
}

function readStatus(context: IExecuteFunctions, item: number): string[] {
	const { status } = context.getNodeParameter('filters', item, {}) as { status?: unknown };
	return [status ?? []].flat().map((name) => String(name).trim().toLowerCase());
}

interface Wanted {
	workflowId: string;
	limit: number;
	/** Empty: any. */
	status: string[];
	includeOutputs: boolean;
}

async function newestRuns(
	{ api, runs, retry }: RunClient,
	{ workflowId, limit, status, includeOutputs }: Wanted,
): Promise<Answer<B3osRun[], ErrorDetails>> {
	// B3OS can filter by one status; by several it is done here.
	const [asked] = status.length === 1 ? status : [];
	const whole = async (run: B3osRun): Promise<Answer<B3osRun, ErrorDetails>> => {
		if (!includeOutputs || run.output) return { kind: 'ok', value: run };
		const answer = await retry(async () => await runs.getRun(workflowId, run.id));
		return answer.kind === 'ok' ? { kind: 'ok', value: answer.value.run } : answer;
	};
	// Runs started meanwhile push others to the next page, where they would come again.
	const known = new Set<string>();
	let offset = 0;
	return await readPages(
		b3osText,
		async () => {
			const size = { limit: MAX_PAGE_SIZE, offset };
			const answer = await retry(async () => await api.listRuns(workflowId, size, asked));
			if (answer.kind !== 'ok') return answer;
			const { items, hasMore } = answer.value;
			offset += items.length;
			const runs = items.map((raw) => toRun(raw, workflowId)).filter(({ id }) => !known.has(id));
			runs.forEach(({ id }) => known.add(id));
			return { kind: 'ok', value: { items: runs, isLast: !hasMore || items.length === 0 } };
		},
		limit,
		async (runs) => {
			const wanted = runs.filter((run) => status.length === 0 || status.includes(run.status));
			const answers = await Promise.all(wanted.map(whole));
			const bad = answers.find((answer) => answer.kind !== 'ok');
			if (bad) return bad;
			return {
				kind: 'ok',
				value: answers.flatMap((answer) => (answer.kind === 'ok' ? [answer.value] : [])),
			};
		},
	);
}
