import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Answer } from '../../../../../nodes/runs';
import {
	concurrencyOption,
	optionsField,
	showFor,
} from '../../../../../nodes/shared/actions/fields';
import { readItems } from '../../../../../nodes/shared/actions/items';
import { readConcurrency, readRunId } from '../../../../../nodes/shared/actions/parameters';
import { answerResult, finish } from '../../../../../nodes/shared/actions/results';
import type { Fault } from '../../../../../nodes/shared/http';
import { type B3osRun, toRun } from '../../api';
import { runField, workflowOfRunField } from '../fields';
import { readOptionalWorkflowId } from '../parameters';
import { b3os } from '../service';
import { openTools, type Tools } from '../tools';

const OVER = 409;

export const description = showFor('workflowRun', 'cancel', [
	workflowOfRunField,
	runField,
	optionsField([concurrencyOption(b3os)]),
]);

/** Cancels one run per item. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const { items, results } = await readItems(this, b3os, (item) => ({
		workflowId: readOptionalWorkflowId(this, item),
		runId: readRunId(this, item),
	}));
	const tools = await openTools(this, readConcurrency(this));

	await Promise.all(
		items.map(async ({ item, value: { workflowId, runId } }) => {
			const answer = await cancel(tools, workflowId, runId);
			results.push(answerResult(item, answer, toCancelled));
		}),
	);
	return finish(this, b3os, results);
}

function toCancelled({ id, workflowId, status }: B3osRun): IDataObject {
	return { id, workflowId, status };
}

/** A run that is cancelled although the answer to that was lost counts as cancelled. */
async function cancel(
	{ api, insist }: Tools,
	workflowId: string,
	id: string,
): Promise<Answer<B3osRun, Fault>> {
	let inDoubt = false;
	const answer = await insist(async () => {
		const made = await api.cancelRun(id);
		inDoubt ||= made.kind === 'lost';
		return made;
	});
	if (answer.kind === 'ok') {
		const run = toRun(answer.value, workflowId);
		return { kind: 'ok', value: { ...run, id, status: run.status || 'cancelled' } };
	}
	if (answer.kind === 'stopped' || answer.fault.httpCode !== OVER) return answer;

	const read = await insist(async () => await api.getRun(id, true));
	const run = read.kind === 'ok' ? { ...toRun(read.value, workflowId), id } : undefined;
	if (run && inDoubt && run.status === 'cancelled') return { kind: 'ok', value: run };
	return {
		...answer,
		fault: {
			...answer.fault,
			message: `Run ${id} is over already${run ? `: its status is ${run.status}` : ''}. ${answer.fault.message}`,
			description: 'Only runs with the status running or waiting can be cancelled.',
		},
	};
}
