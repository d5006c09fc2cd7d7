import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { runField, workflowOfRunField } from '../fields';
import { readOutputForm, toJson } from '../output';
import { readOptionalWorkflowId } from '../parameters';
import { b3osText } from '../service';
import { createRunClient } from '../runClient';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
} from '../../../../../nodes/shared/descriptions';
import {
	readConcurrency,
	readItems,
	readRunId,
	toNodeOutput,
	toResult,
} from '../../../../../nodes/shared/operations';

export const description = showFor('workflowRun', 'get', [
	workflowOfRunField,
	runField,
	simplifyField,
	optionsField([concurrencyOption(b3osText)]),
]);

/** Gets one run per item as it stands. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, b3osText, (item) => ({
		workflowId: readOptionalWorkflowId(this, item),
		runId: readRunId(this, item),
		form: readOutputForm(this, item),
	}));
	const { runs, retry } = await createRunClient(this, readConcurrency(this));

	await Promise.all(
		items.map(async ({ item, value: { workflowId, runId, form } }) => {
			const answer = await retry(async () => await runs.getRun(workflowId, runId));
			results.push(toResult(item, answer, ({ run }) => toJson(run, form)));
		}),
	);
	return toNodeOutput(this, b3osText, results);
}
