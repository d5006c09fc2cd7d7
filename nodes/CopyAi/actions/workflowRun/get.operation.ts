import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { parseJsonOption, runField, workflowField } from '../fields';
import { withHints } from '../hints';
import { readOutputForm, toJson } from '../output';
import { readWorkflowId } from '../parameters';
import { copyAiText } from '../service';
import { createRunClient } from '../runClient';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
} from '../../../shared/descriptions';
import {
	readConcurrency,
	readItems,
	readRunId,
	toNodeOutput,
	toResult,
} from '../../../shared/operations';

export const description = showFor('workflowRun', 'get', [
	workflowField,
	runField,
	simplifyField,
	optionsField([concurrencyOption(copyAiText), parseJsonOption]),
]);

/** Gets one run per item as it stands. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, copyAiText, (item) => ({
		workflowId: readWorkflowId(this, item),
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
	return withHints(this, toNodeOutput(this, copyAiText, results));
}
