import type { INodeExecutionData } from 'n8n-workflow';
import {
	isItemError,
	type ItemError,
	type Result,
	toErrorItem,
	type WaitedRun,
} from '../operations';
import type { AsleepRun } from './types';

/** What is known of each item while runs are waited for, in item order. */
export function progressItems<TRun extends WaitedRun, TFormat>(
	runs: Array<AsleepRun<TRun, TFormat>>,
	results: Result[],
	toItem: (run: AsleepRun<TRun, TFormat>) => INodeExecutionData,
): INodeExecutionData[] {
	const entries = [
		...runs.map((run) => ({ item: run.item, outputs: [toItem(run)] })),
		...results.map((result) => ({ item: result.item, outputs: toItems(result) })),
	];
	return entries.sort((one, other) => one.item - other.item).flatMap(({ outputs }) => outputs);
}

function toItems(result: Result): INodeExecutionData[] {
	if (isItemError(result)) return [toErrorItem(result)];
	if (!('json' in result)) return [];
	return [result.json].flat().map((json) => ({ json, pairedItem: { item: result.item } }));
}

/** A run as it was seen last. */
export function toStatusItem<TRun extends WaitedRun, TFormat>({
	item,
	id,
	value: { workflowId },
	lastSeen,
}: AsleepRun<TRun, TFormat>): INodeExecutionData {
	return { json: { id, workflowId, status: lastSeen?.status ?? null }, pairedItem: { item } };
}

/** What is said of a run if n8n loses the execution that waits for it. */
export function toLostError<TRun extends WaitedRun, TFormat>({
	item,
	id: runId,
	start: { startKey },
	value: { workflowId },
	lastSeen,
}: AsleepRun<TRun, TFormat>): ItemError {
	const { status } = lastSeen ?? {};
	return {
		item,
		message: `n8n lost the execution that waited for run ${runId}. Last status: ${status || 'unknown'}.`,
		description:
			'The run itself continues. Get its output with the Wait operation, or execute the same rows again: with a key of your own they reuse it.',
		run: { runId, workflowId, status, startKey },
	};
}

export function toLostItem<TRun extends WaitedRun, TFormat>(
	run: AsleepRun<TRun, TFormat>,
): INodeExecutionData {
	return toErrorItem(toLostError(run));
}
