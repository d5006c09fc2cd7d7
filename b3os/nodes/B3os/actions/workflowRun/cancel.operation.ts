import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Answer } from '../../../../../nodes/runs';
import type { ErrorDetails } from '../../../../../nodes/shared/http';
import { type B3osRun, toRun } from '../../api';
import { runField, workflowOfRunField } from '../fields';
import { readOptionalWorkflowId } from '../parameters';
import { b3osText } from '../service';
import { createRunClient, type RunClient } from '../runClient';
import { concurrencyOption, optionsField, showFor } from '../../../../../nodes/shared/descriptions';
import {
	readConcurrency,
	readItems,
	readRunId,
	toNodeOutput,
	toResult,
} from '../../../../../nodes/shared/operations';

const OVER = 409;

export const description = showFor('workflowRun', 'cancel', [
	workflowOfRunField,
	runField,
	optionsField([concurrencyOption(b3osText)]),
]);

/** Cancels one run per item. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, b3osText, (item) => ({
		workflowId: readOptionalWorkflowId(this, item),
		runId: readRunId(this, item),
	}));
	const tools = await createRunClient(this, readConcurrency(this));

	await Promise.all(
		items.map(async ({ item, value: { workflowId, runId } }) => {
			const answer = await cancel(tools, workflowId, runId);
			results.push(toResult(item, answer, toCancelled));
		}),
	);
	return toNodeOutput(this, b3osText, results);
}

function toCancelled({ id, workflowId, status }: B3osRun): IDataObject {
	return { id, workflowId, status };
}

/** A run that is cancelled although the answer to that was lost counts as cancelled. */
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
	if (answer.kind === 'aborted' || answer.error.httpCode !== OVER) return answer;

	const read = await retry(async () => await api.getRun(id, true));
	const run = read.kind === 'ok' ? { ...toRun(read.value, workflowId), id } : undefined;
	if (run && mayHaveApplied && run.status === 'cancelled') return { kind: 'ok', value: run };
	return {
		...answer,
		error: {
			...answer.error,
			message: `Run ${id} is over already${run ? `: its status is ${run.status}` : ''}. ${answer.error.message}`,
			description: 'Only runs with the status running or waiting can be cancelled.',
		},
	};
}
