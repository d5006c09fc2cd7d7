import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { runField, workflowOfRunField } from '../fields';
import { hintAtPartial } from '../hints';
import { readOutputForm } from '../output';
import { readOptionalWorkflowId } from '../parameters';
import { b3osText } from '../service';
import { createRunClient } from '../runClient';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
	waitOptions,
} from '../../../../../nodes/shared/descriptions';
import {
	readConcurrency,
	readItems,
	readRunId,
	readWaitOptions,
	toNodeOutput,
	waitForRun,
} from '../../../../../nodes/shared/operations';

export const description = showFor('workflowRun', 'wait', [
	workflowOfRunField,
	runField,
	simplifyField,
	optionsField([concurrencyOption(b3osText), ...waitOptions(b3osText)]),
]);

/** Follows runs that exist already, all together. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, b3osText, (item) => ({
		workflowId: readOptionalWorkflowId(this, item),
		runId: readRunId(this, item),
		...readWaitOptions(this, item),
		...readOutputForm(this, item),
	}));
	const tools = await createRunClient(this, readConcurrency(this));

	await Promise.all(
		items.map(async (entry) => await waitForRun(tools, entry, entry.value.runId, results)),
	);
	hintAtPartial(this, results);
	return toNodeOutput(this, b3osText, results);
}
