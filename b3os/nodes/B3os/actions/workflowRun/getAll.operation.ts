import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { Answer } from '../../../../../nodes/runs';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
} from '../../../../../nodes/shared/actions/fields';
import { readItems } from '../../../../../nodes/shared/actions/items';
import {
	limitFields,
	readLimit,
	readPages,
	statusFilter,
} from '../../../../../nodes/shared/actions/lists';
import { readConcurrency, readOptions } from '../../../../../nodes/shared/actions/parameters';
import { answerResult, finish } from '../../../../../nodes/shared/actions/results';
import type { Fault } from '../../../../../nodes/shared/http';
import { type B3osRun, MAX_PAGE_SIZE, toRun } from '../../api';
import { workflowField } from '../fields';
import { readOutputForm, toJson } from '../output';
import { readWorkflowId } from '../parameters';
import { b3os } from '../service';
import { openTools, type Tools } from '../tools';

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
	optionsField([concurrencyOption(b3os), includeOutputsOption]),
]);

/** Gets the newest runs of a workflow. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, b3os, (item) => ({
		workflowId: readWorkflowId(this, item),
		limit: readLimit(this, item),
		status: readStatus(this, item),
		includeOutputs: readOptions(this, item).includeOutputs === true,
		form: readOutputForm(this, item),
	}));
	const tools = await openTools(this, readConcurrency(this));

	await Promise.all(
		items.map(async ({ item, value }) => {
			const answer = await newestRuns(tools, value);
			results.push(
				answerResult(item, answer, (runs) => runs.map((run) => toJson(run, value.form))),
			);
		}),
	);
	return finish(this, b3os, results);
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
	{ api, service, insist }: Tools,
	{ workflowId, limit, status, includeOutputs }: Wanted,
): Promise<Answer<B3osRun[], Fault>> {
	// B3OS can filter by one status; by several it is done here.
	const [asked] = status.length === 1 ? status : [];
	const whole = async (run: B3osRun): Promise<Answer<B3osRun, Fault>> => {
		if (!includeOutputs || run.output) return { kind: 'ok', value: run };
		const answer = await insist(async () => await service.read(workflowId, run.id));
		return answer.kind === 'ok' ? { kind: 'ok', value: answer.value.run } : answer;
	};
	// Runs started meanwhile push others to the next page, where they would come again.
	const known = new Set<string>();
	let offset = 0;
	return await readPages(
		b3os,
		async () => {
			const size = { limit: MAX_PAGE_SIZE, offset };
			const answer = await insist(async () => await api.listRuns(workflowId, size, asked));
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
