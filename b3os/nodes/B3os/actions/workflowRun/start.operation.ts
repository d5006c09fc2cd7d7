import type { IExecuteFunctions, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';
import {
	b3osText,
	createRunClient,
	draftHint,
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
} from '../../../../../nodes/shared/descriptions';
import {
	readItems,
	runItems,
	startHints,
	startRuns,
	toNodeOutput,
	withHints,
} from '../../../../../nodes/shared/operations';

export const description = showFor('workflowRun', 'start', [
	workflowField,
	...variableFields,
	optionsField([allowEmptyOption, concurrencyOption(b3osText), ...startOptions]),
]);

/** Starts one run per item and does not wait for any. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, b3osText, (item) => readStart(this, item));
	const hints: NodeExecutionHint[] = [];
	const results = await runItems(this, read, async (valid) => {
		const client = await createRunClient(this, valid);
		const { items, results: unversioned } = await withLiveVersions(this, client, valid);
		const started = await startRuns(this, client, items, ({ item, value }, { id, snapshot }) => ({
			item,
			json: { id, workflowId: value.workflowId, status: snapshot?.run.status ?? 'running' },
		}));
		hints.push(...(await draftHint(this, client, items)));
		return [...unversioned, ...started];
	});
	const outputs = toNodeOutput(this, b3osText, results);
	return withHints(
		this,
		outputs,
		() => hints,
		() => startHints(read.items, 'Run ID'),
	);
}
