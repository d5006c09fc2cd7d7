import type { IExecuteFunctions, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';
import {
	b3osText,
	createRunClient,
	draftHint,
	partialHint,
	readOutputFormat,
	readStart,
	startOptions,
	variableFields,
	withLiveVersions,
	workflowField,
} from '../common';
import {
	allowEmptyOption,
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
	waitOptions,
} from '../../../../../nodes/shared/descriptions';
import {
	readItems,
	readWaitOptions,
	runItems,
	startAndWait,
	startHints,
	toNodeOutput,
	withHints,
} from '../../../../../nodes/shared/operations';

export const description = showFor('workflowRun', 'startAndWait', [
	workflowField,
	...variableFields,
	simplifyField,
	optionsField([
		allowEmptyOption,
		concurrencyOption(b3osText),
		...startOptions,
		...waitOptions(b3osText),
	]),
]);

/** Starts one run per item, and waits for each from the moment it is started. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, b3osText, (item) => ({
		...readStart(this, item),
		...readWaitOptions(this, item),
		...readOutputFormat(this, item),
	}));
	const hints: NodeExecutionHint[] = [];
	const results = await runItems(this, read, async (valid) => {
		const client = await createRunClient(this, valid);
		const { items, results: unversioned } = await withLiveVersions(this, client, valid);
		const [finished, drafts] = await Promise.all([
			startAndWait(this, client, items),
			draftHint(this, client, items),
		]);
		hints.push(...drafts);
		return [...unversioned, ...finished];
	});
	const outputs = toNodeOutput(this, b3osText, results);
	return withHints(
		this,
		outputs,
		() => hints,
		partialHint,
		() => startHints(read.items, 'Run ID'),
	);
}
