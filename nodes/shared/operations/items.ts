import { type IExecuteFunctions, sleep } from 'n8n-workflow';
import { combineErrors, isItemError, type ItemError } from './errors';
import { toReadError } from './thrown';
import type { ParsedItem } from './types';
import type { ServiceText } from '../serviceText';

/** How long items are read before other executions get their turn, ms: an expression takes half a millisecond. */
const YIELD_EVERY_MS = 25;

/** Items whose parameters are valid, in order, and the errors of the others. */
export interface ReadItems<T> {
	items: Array<ParsedItem<T>>;
	errors: ItemError[];
}

/**
 * Reads the parameters of all items before anything is sent.
 *
 * @param read reads one item; throws a `ParameterError` when a parameter isn't valid
 * @throws without continue-on-error, one error for all items that aren't valid
 */
export async function readItems<T>(
	context: IExecuteFunctions,
	text: ServiceText,
	read: (item: number) => T,
): Promise<ReadItems<T>> {
	const entries: Array<ParsedItem<T> | ItemError> = [];
	let began = Date.now();
	for (let item = 0; item < context.getInputData().length; item++) {
		if (Date.now() - began > YIELD_EVERY_MS) {
			await sleep(0);
			began = Date.now();
		}
		entries.push(readItem(item, read));
	}
	return rejectInvalidItems(context, text, entries);
}

function readItem<T>(item: number, read: (item: number) => T): ParsedItem<T> | ItemError {
	try {
		return { item, value: read(item) };
	} catch (thrown) {
		return toReadError(item, thrown);
	}
}

/**
 * Separates valid items from the others. Without continue-on-error one invalid item stops the node before anything is
 * sent.
 *
 * @throws without continue-on-error, one error for all items that aren't valid
 */
export function rejectInvalidItems<T>(
	context: IExecuteFunctions,
	{ sentences }: ServiceText,
	entries: Array<ParsedItem<T> | ItemError>,
): ReadItems<T> {
	const errors = entries.filter(isItemError);
	if (errors.length > 0 && !context.continueOnFail()) {
		throw combineErrors(context.getNode(), errors, entries.length, sentences.nothingSent);
	}
	const items = entries.filter((entry): entry is ParsedItem<T> => !isItemError(entry));
	return { items, errors };
}
