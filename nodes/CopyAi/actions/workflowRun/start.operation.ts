import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	copyAiText,
	createRunClient,
	metadataOption,
	readStart,
	reuseWithinOption,
	sampleRequestOption,
	startKeyOption,
	variableFields,
	workflowField,
} from '../common';
import {
	allowEmptyOption,
	concurrencyOption,
	optionsField,
	showFor,
} from '../../../shared/descriptions';
import {
	readItems,
	runItems,
	startHints,
	StartReport,
	startRuns,
	toNodeOutput,
	withHints,
} from '../../../shared/operations';

export const description = showFor('workflowRun', 'start', [
	workflowField,
	...variableFields,
	optionsField([
		allowEmptyOption,
		concurrencyOption(copyAiText),
		metadataOption,
		reuseWithinOption,
		sampleRequestOption,
		startKeyOption,
	]),
]);

/** Starts one run per item and does not wait for any. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, copyAiText, (item) => readStart(this, item));
	const report = new StartReport();
	const results = await runItems(this, read, async (items) => {
		const client = await createRunClient(this, items);
		return await startRuns(
			this,
			client,
			items,
			({ item, value: { workflowId } }, { id }) => ({
				item,
				json: { id, workflowId, status: 'NEW' },
			}),
			{ report },
		);
	});
	const outputs = toNodeOutput(this, copyAiText, results);
	return withHints(
		this,
		outputs,
		() => startHints(read.items, 'Start Key'),
		() => report.hints(read.items.length),
	);
}
