import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	copyAiText,
	createRunClient,
	metadataOption,
	parseJsonOption,
	readOutputFormat,
	readStart,
	runHints,
	startKeyOption,
	UsedCredits,
	variableFields,
	workflowField,
} from '../common';
import {
	allowEmptyOption,
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
	waitOptions,
} from '../../../shared/descriptions';
import {
	readItems,
	readWaitOptions,
	runItems,
	startAndWait,
	startHints,
	toNodeOutput,
	withHints,
} from '../../../shared/operations';

export const description = showFor('workflowRun', 'startAndWait', [
	workflowField,
	...variableFields,
	simplifyField,
	optionsField([
		allowEmptyOption,
		concurrencyOption(copyAiText),
		metadataOption,
		parseJsonOption,
		startKeyOption,
		...waitOptions(copyAiText),
	]),
]);

/** Starts one run per item, and waits for each from the moment it is started. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, copyAiText, (item) => ({
		...readStart(this, item),
		...readWaitOptions(this, item),
		...readOutputFormat(this, item),
	}));
	const credits = new UsedCredits();
	const results = await runItems(this, read, async (items) => {
		const client = await createRunClient(this, items);
		return credits.add(await startAndWait(this, client, items));
	});
	const outputs = toNodeOutput(this, copyAiText, results);
	return withHints(
		this,
		outputs,
		runHints,
		() => credits.hints(),
		() => startHints(read.items, 'Start Key'),
	);
}
