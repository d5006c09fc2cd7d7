import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
} from '../../../shared/actions/fields';
import { readItems } from '../../../shared/actions/items';
import { readConcurrency, readRunId } from '../../../shared/actions/parameters';
import { answerResult, finish } from '../../../shared/actions/results';
import { parseJsonOption, runField, workflowField } from '../fields';
import { withHints } from '../hints';
import { readOutputForm, toJson } from '../output';
import { readWorkflowId } from '../parameters';
import { copyAi } from '../service';
import { openTools } from '../tools';

export const description = showFor('workflowRun', 'get', [
	workflowField,
	runField,
	simplifyField,
	optionsField([concurrencyOption(copyAi), parseJsonOption]),
]);

/** Gets one run per item as it stands. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, copyAi, (item) => ({
		workflowId: readWorkflowId(this, item),
		runId: readRunId(this, item),
		form: readOutputForm(this, item),
	}));
	const { service, insist } = await openTools(this, readConcurrency(this));

	await Promise.all(
		items.map(async ({ item, value: { workflowId, runId, form } }) => {
			const answer = await insist(async () => await service.read(workflowId, runId));
			results.push(answerResult(item, answer, ({ run }) => toJson(run, form)));
		}),
	);
	return withHints(this, finish(this, copyAi, results));
}
