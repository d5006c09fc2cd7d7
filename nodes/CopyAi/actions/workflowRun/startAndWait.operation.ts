import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	metadataOption,
	parseJsonOption,
	startKeyOption,
	variableFields,
	workflowField,
} from '../fields';
import { withHints } from '../hints';
import { readOutputForm } from '../output';
import { copyAiText } from '../service';
import { readStart } from '../startParameters';
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
	readWaitOptions,
	startAndWait,
	toNodeOutput,
} from '../../../shared/operations';

export const description = showFor('workflowRun', 'startAndWait', [
	workflowField,
	...variableFields,
	simplifyField,
	optionsField([
		concurrencyOption(copyAiText),
		metadataOption,
		parseJsonOption,
		startKeyOption,
		...waitOptions(copyAiText),
	]),
]);

/** Starts one run per item; follows each from the moment it is started, all together. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, copyAiText, (item) => ({
		...readStart(this, item),
		...readWaitOptions(this, item),
		...readOutputForm(this, item),
	}));
	const tools = await createRunClient(this, readConcurrency(this));

	await startAndWait(this, tools, items, results);
	return withHints(this, toNodeOutput(this, copyAiText, results), true);
}
