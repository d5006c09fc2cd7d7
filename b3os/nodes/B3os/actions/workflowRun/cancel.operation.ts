import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { type B3osRun, toRun } from '../../api';
import type { Answer } from '../../../../../nodes/runs';
import type { ErrorDetails } from '../../../../../nodes/shared/http';
import {
	b3osText,
	createRunClient,
	readOptionalWorkflowId,
	runField,
	type RunClient,
	workflowOfRunField,
} from '../common';
import { concurrencyOption, optionsField, showFor } from '../../../../../nodes/shared/descriptions';
import {
	forEachItem,
	readConcurrency,
	readItems,
	readRunId,
	runItems,
	toNodeOutput,
	toResult,
} from '../../../../../nodes/shared/operations';

/** B3OS answers this for a run that has already finished. */
const CONFLICT = 409;

export const description = showFor('workflowRun', 'cancel', [
	workflowOfRunField,
	runField,
	optionsField([concurrencyOption(b3osText)]),
]);

/** Cancels one run per item. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, b3osText, (item) => ({
		workflowId: readOptionalWorkflowId(this, item),
		runId: readRunId(this, item),
		concurrency: readConcurrency(this, item),
	}));

	const results = await runItems(this, read, async (items) => {
		const client = await createRunClient(this, items);
		return await forEachItem(items, async ({ item, value: { workflowId, runId } }) =>
			toResult(item, await cancel(client, workflowId, runId), toJson, { runId, workflowId }),
		);
	});
	return toNodeOutput(this, b3osText, results);
}

function toJson({ id, workflowId, status }: B3osRun): IDataObject {
	return { id, workflowId, status };
}

/** A run that was cancelled although the answer to that was lost counts as cancelled. */
async function cancel(
	{ api, retry }: RunClient,
	workflowId: string,
	id: string,
): Promise<Answer<B3osRun, ErrorDetails>> {
	let mayHaveApplied = false;
	const answer = await retry(async () => {
		const made = await api.cancelRun(id);
		mayHaveApplied ||= made.kind === 'indeterminate';
		return made;
	});
	if (answer.kind === 'ok') {
		const run = toRun(answer.value, workflowId);
		return { kind: 'ok', value: { ...run, id, status: run.status || 'cancelled' } };
	}
	if (answer.kind === 'aborted' || answer.error.httpCode !== CONFLICT) return answer;

	const read = await retry(async () => await api.getRun(id, 'summary'));
	const run = read.kind === 'ok' ? { ...toRun(read.value, workflowId), id } : undefined;
	if (run && mayHaveApplied && run.status === 'cancelled') return { kind: 'ok', value: run };
	const withStatus = run ? ` with status ${run.status}` : '';
	return {
		...answer,
		error: {
			...answer.error,
			message: `Run ${id} has already finished${withStatus}. ${answer.error.message}`,
			description: 'Only runs with the status running or waiting can be canceled.',
		},
	};
}
