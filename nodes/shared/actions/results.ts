import {
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	NodeOperationError,
} from 'n8n-workflow';
import type { Answer } from '../../runs';
import type { Fault } from '../http';
import { type Trouble, toErrorItem, toOneError } from './refusal';
import type { Words } from './types';

/** What one item comes to: one or more outputs, a trouble, or nothing because the execution was stopped first. */
export type Result = { item: number; json: IDataObject | IDataObject[] } | Trouble | Unfinished;

/** Not a trouble of the item's own. */
export interface Unfinished {
	item: number;
	unfinished: 'stopped' | 'skipped';
}

/** The result of one call that an item asked for. */
export function answerResult<T>(
	item: number,
	answer: Answer<T, Fault>,
	toJson: (value: T) => IDataObject | IDataObject[],
): Result {
	switch (answer.kind) {
		case 'ok':
			return { item, json: toJson(answer.value) };
		case 'stopped':
			return { item, unfinished: 'stopped' };
		default:
			return { item, ...answer.fault };
	}
}

export function isTrouble(entry: object): entry is Trouble {
	return 'message' in entry;
}

/**
 * All results in item order, each paired with its item.
 *
 * @throws one error that names every trouble, unless the node continues on error
 */
export function finish(
	context: IExecuteFunctions,
	{ name, failed }: Words,
	results: Result[],
): INodeExecutionData[] {
	const node = context.getNode();
	const sorted = [...results].sort((one, other) => one.item - other.item);
	const unfinished = sorted.filter((result): result is Unfinished => 'unfinished' in result);
	if (unfinished.some((result) => result.unfinished === 'stopped')) {
		throw new NodeOperationError(node, 'The execution was stopped', {
			description: `Runs that were started go on in ${name}.`,
		});
	}
	const troubles = sorted.filter(isTrouble);
	if (troubles.length > 0 && !context.continueOnFail()) {
		const note =
			unfinished.length > 0
				? `${unfinished.length} further items were not started. A retry starts only what is missing or ${failed}.`
				: undefined;
		throw toOneError(node, troubles, sorted.length, note);
	}
	return sorted.flatMap((result) => {
		if (isTrouble(result)) return [toErrorItem(node, result)];
		const outputs = 'json' in result ? [result.json].flat() : [];
		return outputs.map((json) => ({ json, pairedItem: { item: result.item } }));
	});
}
