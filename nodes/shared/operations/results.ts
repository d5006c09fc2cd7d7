import {
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	NodeOperationError,
} from 'n8n-workflow';
import type { Answer } from '../../runs';
import type { ErrorDetails } from '../http';
import { type ItemError, toErrorItem, combineErrors } from './errors';
import type { ServiceText } from '../serviceText';

/** What one item comes to: one or more outputs, a trouble, or nothing because the execution was stopped first. */
export type Result = { item: number; json: IDataObject | IDataObject[] } | ItemError | Unfinished;

/** Not a trouble of the item's own. */
export interface Unfinished {
	item: number;
	unfinished: 'aborted' | 'skipped';
}

/** The result of one call that an item asked for. */
export function toResult<T>(
	item: number,
	answer: Answer<T, ErrorDetails>,
	toJson: (value: T) => IDataObject | IDataObject[],
): Result {
	switch (answer.kind) {
		case 'ok':
			return { item, json: toJson(answer.value) };
		case 'aborted':
			return { item, unfinished: 'aborted' };
		default:
			return { item, ...answer.error };
	}
}

export function isItemError(entry: object): entry is ItemError {
	return 'message' in entry;
}

/**
 * All results in item order, each paired with its item.
 *
 * @throws one error that names every trouble, unless the node continues on error
 */
export function toNodeOutput(
	context: IExecuteFunctions,
	{ name, failed }: ServiceText,
	results: Result[],
): INodeExecutionData[] {
	const node = context.getNode();
	const sorted = [...results].sort((one, other) => one.item - other.item);
	const unfinished = sorted.filter((result): result is Unfinished => 'unfinished' in result);
	if (unfinished.some((result) => result.unfinished === 'aborted')) {
		throw new NodeOperationError(node, 'The execution was stopped', {
			description: `Runs that were started go on in ${name}.`,
		});
	}
	const errors = sorted.filter(isItemError);
	if (errors.length > 0 && !context.continueOnFail()) {
		const note =
			unfinished.length > 0
				? `${unfinished.length} further items were not started. A retry starts only what is missing or ${failed}.`
				: undefined;
		throw combineErrors(node, errors, sorted.length, note);
	}
	return sorted.flatMap((result) => {
		if (isItemError(result)) return [toErrorItem(node, result)];
		const outputs = 'json' in result ? [result.json].flat() : [];
		return outputs.map((json) => ({ json, pairedItem: { item: result.item } }));
	});
}
