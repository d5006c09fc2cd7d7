import {
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	NodeOperationError,
} from 'n8n-workflow';
import type { Answer } from '../../runs';
import type { ErrorDetails } from '../http';
import { withoutDeepNesting } from './jsonText';
import { toItemError } from './thrown';
import { combineErrors, isItemError, type ItemError, toErrorItem } from './errors';
import type { ServiceText } from '../serviceText';

/** The outcome of one item: output, an error, or neither because the work ended before. */
export type Result = ItemOutput | ItemError | Unfinished;

/** What an item is output as: one JSON object, or several. */
export interface ItemOutput {
	item: number;
	json: IDataObject | IDataObject[];
}

/** An item that was left unfinished for a reason that isn't its own. */
export interface Unfinished {
	item: number;
	/**
	 * `aborted`: the user stopped the execution. `skipped`: not begun, as another item's start failed. `reached` and
	 * `costUnknown`: not begun because of the credit budget, which the error of another item says.
	 */
	unfinished: 'aborted' | 'skipped' | 'reached' | 'costUnknown';
}

/** The result of an item that makes a single call. */
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

function isUnfinished(result: Result): result is Unfinished {
	return 'unfinished' in result;
}

/**
 * The node's output: all results in item order, each paired with its item.
 *
 * @throws one error for all items that failed, unless the node continues on error; and when the user stopped it
 */
export function toNodeOutput(
	context: IExecuteFunctions,
	{ sentences }: ServiceText,
	results: Result[],
): INodeExecutionData[] {
	const node = context.getNode();
	const sorted = results.map(toStorable).sort((one, other) => one.item - other.item);
	const unfinished = sorted.filter(isUnfinished);
	if (unfinished.some((result) => result.unfinished === 'aborted')) {
		throw new NodeOperationError(node, 'The execution was stopped', {
			description: sentences.afterStop,
		});
	}
	const errors = sorted.filter(isItemError);
	if (errors.length > 0 && !context.continueOnFail()) {
		const skipped = unfinished.filter((result) => result.unfinished === 'skipped');
		throw combineErrors(node, errors, sorted.length, skippedNote(skipped.length));
	}
	return sorted.flatMap((result): INodeExecutionData[] => {
		if (isItemError(result)) return [toErrorItem(node, result)];
		if (isUnfinished(result)) return [];
		return [result.json].flat().map((json) => ({ json, pairedItem: { item: result.item } }));
	});
}

/** A result that n8n can store. Whatever is thrown on the way is that item's own error. */
function toStorable(result: Result): Result {
	if (!('json' in result)) return result;
	try {
		const { item, json } = result;
		return {
			item,
			json: Array.isArray(json) ? json.map(withoutDeepNesting) : withoutDeepNesting(json),
		};
	} catch (thrown) {
		return toItemError(result.item, thrown);
	}
}

/** @param count items that were not begun, as another one's start failed */
function skippedNote(count: number): string | undefined {
	if (count === 0) return undefined;
	const items = count === 1 ? "1 more item wasn't" : `${count} more items weren't`;
	return `${items} started. A retry starts only items without a run and failed runs.`;
}
