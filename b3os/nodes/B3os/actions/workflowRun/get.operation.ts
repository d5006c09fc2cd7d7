import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
} from '../../../../../nodes/shared/actions/fields';
import { readItems } from '../../../../../nodes/shared/actions/items';
import { readConcurrency, readRunId } from '../../../../../nodes/shared/actions/parameters';
import { answerResult, finish } from '../../../../../nodes/shared/actions/results';
import { runField, workflowOfRunField } from '../fields';
import { readOutputForm, toJson } from '../output';
import { readOptionalWorkflowId } from '../parameters';
import { b3os } from '../service';
import { openTools } from '../tools';

export const description = showFor('workflowRun', 'get', [
	workflowOfRunField,
	runField,
	simplifyField,
	optionsField([concurrencyOption(b3os)]),
]);

/** Gets one run per item as it stands. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, b3os, (item) => ({
		workflowId: readOptionalWorkflowId(this, item),
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
	return finish(this, b3os, results);
}
