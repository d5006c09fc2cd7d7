import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import {
	b3osText,
	createRunClient,
	followOptions,
	partialHint,
	readFollow,
	runField,
	wantedOf,
	workflowOfRunField,
} from '../common';
import { retryOnce } from './retryOnce';
import { optionsField, showFor, simplifyField } from '../../../../../nodes/shared/descriptions';
import {
	forEachItem,
	readFlag,
	readItems,
	type Result,
	runItems,
	toNodeOutput,
	toResult,
	waitForRun,
	withHints,
} from '../../../../../nodes/shared/operations';

const waitField: INodeProperties = {
	displayName: 'Wait for Finish',
	name: 'waitForFinish',
	type: 'boolean',
	default: false,
	description: 'Whether to wait for the new run to finish and return its output',
};

export const description = showFor('workflowRun', 'retry', [
	workflowOfRunField,
	runField,
	waitField,
	{ ...simplifyField, displayOptions: { show: { waitForFinish: [true] } } },
	optionsField(followOptions),
]);

/** Continues one failed run per item, as a new run. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, b3osText, (item) => readItem(this, item));
	const results = await runItems(this, read, async (items) => {
		const client = await createRunClient(this, items);
		const retryRun = retryOnce(this, client);
		return await forEachItem(items, async ({ item, value }) => {
			const answer = await retryRun(value.workflowId, value.runId);
			if (answer.kind !== 'ok' || !value.waitForFinish) {
				return toResult(item, answer, ({ id, workflowId }) => ({
					id,
					workflowId,
					status: 'running',
					sourceRunId: value.runId,
				}));
			}
			const { id, workflowId } = answer.value;
			client.wanted.add(id, wantedOf(value, value.onWaiting));
			const entry = { item, value: { ...value, workflowId } };
			return withSource(await waitForRun(client, entry, id), value.runId);
		});
	});
	return withHints(this, toNodeOutput(this, b3osText, results), partialHint);
}

/** @throws ParameterError for whatever isn't valid, before it costs anything */
function readItem(context: IExecuteFunctions, item: number) {
	return {
		...readFollow(context, item),
		waitForFinish: readFlag(
			context.getNodeParameter('waitForFinish', item, false),
			'Wait for Finish',
			false,
		),
	};
}

function withSource(result: Result, sourceRunId: string): Result {
	if (!('json' in result) || Array.isArray(result.json)) return result;
	return { ...result, json: { ...result.json, sourceRunId } };
}
