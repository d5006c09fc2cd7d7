import {
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	NodeOperationError,
} from 'n8n-workflow';
import type { Answer } from '../../runs';
import type { ErrorDetails } from '../http';
import { withoutDeepNesting } from '../http/jsonText';
import { toItemError } from './thrown';
import { combineErrors, isItemError, type ItemError, toErrorItem } from './errors';
import { logStopped } from './progress';
import type { ServiceText } from '../serviceText';
import type { RunInfo } from './types';

/** The outcome of one item: output, an error, or neither because the work ended before. */
export type Result = ItemOutput | ItemError | Unfinished;

/** What an item is output as: one JSON object, or several. */
export interface ItemOutput {
	item: number;
	json: IDataObject | IDataObject[];
	/** What is known of its run. */
	run?: RunInfo;
}

/** An item that was left unfinished for a reason that isn't its own. */
export interface Unfinished {
	item: number;
	/**
	 * `aborted`: the user stopped the execution. `skipped`: not begun, as another item's start failed. `reached` and
	 * `costUnknown`: not begun because of the credit budget, which the error of another item says. `asleep`: its run is
	 * waited for elsewhere, and the node's output comes from there.
	 */
	unfinished: 'aborted' | 'skipped' | 'reached' | 'costUnknown' | 'asleep';
	/** What is known of its run. */
	run?: RunInfo;
}

/** The result of an item that makes a single call. @param run that the call is about */
export function toResult<T>(
	item: number,
	answer: Answer<T, ErrorDetails>,
	toJson: (value: T) => IDataObject | IDataObject[],
	run?: RunInfo,
): Result {
	switch (answer.kind) {
		case 'ok':
			return { item, json: toJson(answer.value) };
		case 'aborted':
			return { item, unfinished: 'aborted' };
		default:
			return { item, ...answer.error, run };
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
	{ name, sentences }: ServiceText,
	results: Result[],
): INodeExecutionData[] {
	const node = context.getNode();
	const sorted = results.map(toStorable).sort((one, other) => one.item - other.item);
	const unfinished = sorted.filter(isUnfinished);
	if (unfinished.some((result) => result.unfinished === 'aborted')) {
		const runs = unfinished.map(({ run }) => run);
		logStopped(context, { name }, runs);
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
		if (isItemError(result)) return [toErrorItem(result)];
		if (isUnfinished(result)) return [];
		return [result.json].flat().map((json) => ({ json, pairedItem: { item: result.item } }));
	});
}

/** A result that n8n can store. Whatever is thrown on the way is that item's own error. */
export function toStorable(result: Result): Result {
	if (!('json' in result)) return result;
	try {
		const { json } = result;
		return {
			...result,
			json: Array.isArray(json) ? json.map(toStorableJson) : toStorableJson(json),
		};
	} catch (thrown) {
		return toItemError(result.item, thrown);
	}
}

function toStorableJson(json: IDataObject): IDataObject {
	return withoutDeepNesting(json) as IDataObject;
}

/** @param count items that were not begun, as another one's start failed */
function skippedNote(count: number): string | undefined {
	if (count === 0) return undefined;
	const items = count === 1 ? "1 more item wasn't" : `${count} more items weren't`;
	return `${items} started. Executions > Retry and Retry On Fail start only items without a run and failed runs; Execute step starts every item again.`;
}
