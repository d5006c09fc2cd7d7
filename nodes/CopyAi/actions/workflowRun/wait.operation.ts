import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { parseJsonOption, runField, workflowField } from '../fields';
import { withHints } from '../hints';
import { readOutputForm } from '../output';
import { readWorkflowId } from '../parameters';
import { copyAiText } from '../service';
import { createRunClient } from '../runClient';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
	waitOptions,
} from '../../../shared/descriptions';
import {
	readConcurrency,
	readItems,
	readRunId,
	readWaitOptions,
	toNodeOutput,
	waitForRun,
} from '../../../shared/operations';

export const description = showFor('workflowRun', 'wait', [
	workflowField,
	runField,
	simplifyField,
	optionsField([concurrencyOption(copyAiText), parseJsonOption, ...waitOptions(copyAiText)]),
]);

/** Follows runs that exist already, all together. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, copyAiText, (item) => ({
		workflowId: readWorkflowId(this, item),
		runId: readRunId(this, item),
		...readWaitOptions(this, item),
		...readOutputForm(this, item),
	}));
	const tools = await createRunClient(this, readConcurrency(this));

	await Promise.all(
		items.map(async (entry) => await waitForRun(tools, entry, entry.value.runId, results)),
	);
	return withHints(this, toNodeOutput(this, copyAiText, results), true);
}
