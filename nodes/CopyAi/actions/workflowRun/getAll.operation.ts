import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { type CopyAiRun, MAX_PAGE_SIZE } from '../../api';
import type { Answer } from '../../../runs';
import type { ErrorDetails } from '../../../shared/http';
import { parseJsonOption, workflowField } from '../fields';
import { withHints } from '../hints';
import { readOutputForm, toJson } from '../output';
import { readWorkflowId } from '../parameters';
import { copyAiText } from '../service';
import { createRunClient, type RunClient } from '../runClient';
import { type Filters, filtersField, passes, readFilters } from './filters';
import { limitFields, optionsField, showFor, simplifyField } from '../../../shared/descriptions';
import {
	readItems,
	readLimit,
	readPages,
	toNodeOutput,
	toResult,
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
	const { items, results } = await readItems(this, copyAiText, (item) => ({
		workflowId: readWorkflowId(this, item),
		limit: readLimit(this, item),
		filters: readFilters(this, item),
		form: readOutputForm(this, item),
	}));
	const tools = await createRunClient(this);

	await Promise.all(
		items.map(async ({ item, value: { workflowId, limit, filters, form } }) => {
			const answer = await newestRuns(tools, workflowId, limit, filters);
			results.push(toResult(item, answer, (runs) => runs.map((run) => toJson(run, form))));
		}),
	);
	return withHints(this, toNodeOutput(this, copyAiText, results));
}

async function newestRuns(
	{ runs, retry }: RunClient,
	workflowId: string,
	limit: number,
	filters: Filters,
): Promise<Answer<CopyAiRun[], ErrorDetails>> {
	const size = MAX_PAGE_SIZE;
	// Runs started meanwhile push others to the next page, where they would come again.
	const known = new Set<string>();
	return await readPages(
		copyAiText,
		async (page) => {
			const answer = await retry(async () => await runs.listRuns(workflowId, page, size));
			if (answer.kind !== 'ok') return answer;
			const items = answer.value.filter(({ id }) => !known.has(id));
			items.forEach(({ id }) => known.add(id));
			return {
				kind: 'ok',
				value: { items, isLast: answer.value.length < size || items.length === 0 },
			};
		},
		limit,
		async (listed) => {
			const seen = await Promise.all(
				listed.map(async (entry) => {
					// Some lists leave out how a run stands, or its outputs.
					if (entry.isFull && entry.state !== 'unknown') return entry.run;
					const answer = await retry(async () => await runs.getRun(workflowId, entry.id));
					return answer.kind === 'ok' ? answer.value.run : answer;
				}),
			);
			const bad = seen.find((entry) => 'kind' in entry && !('workflowId' in entry));
			if (bad) return bad as Answer<never, ErrorDetails>;
			return { kind: 'ok', value: (seen as CopyAiRun[]).filter((run) => passes(run, filters)) };
		},
	);
}
