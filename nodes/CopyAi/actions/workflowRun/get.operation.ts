import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	concurrencyOption,
	optionsField,
	parseJsonOption,
	runField,
	showFor,
	simplifyField,
	workflowField,
} from '../fields';
import { withHints } from '../hints';
import { readOutputForm, toJson } from '../output';
import {
	readConcurrency,
	readItems,
	readRunId,
	readWorkflowId,
} from '../../../shared/actions/parameters';
import { acceptItems, answerResult, finish, type Result } from '../../../shared/actions/results';
import { openTools } from '../tools';

export const description = showFor('workflowRun', 'get', [
	workflowField,
	runField,
	simplifyField,
	optionsField([concurrencyOption, parseJsonOption]),
]);

/** Gets one run per item as it stands. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const results: Result[] = [];
	const entries = await readItems(this, (item) => ({
		workflowId: readWorkflowId(this, item),
		runId: readRunId(this, item),
		form: readOutputForm(this, item),
	}));
	const items = acceptItems(this, entries, results);
	const { service, insist } = await openTools(this, readConcurrency(this));

	await Promise.all(
		items.map(async ({ item, value: { workflowId, runId, form } }) => {
			const answer = await insist(async () => await service.read(workflowId, runId));
			results.push(answerResult(item, answer, ({ run }) => toJson(run, form)));
		}),
	);
	return withHints(this, finish(this, results));
}
