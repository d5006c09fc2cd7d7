import { type IExecuteFunctions, sleep } from 'n8n-workflow';
import { ParameterError, combineErrors, type ItemError } from './errors';
import { isItemError, type Result } from './results';
import { type ParsedItem } from './types';
import type { ServiceText } from '../serviceText';

/** How long items are read before other executions get their turn, ms: an expression takes half a millisecond. */
const YIELD_EVERY_MS = 25;

/**
 * Reads the parameters of all items before anything is sent.
 *
 * @param read reads one item; throws a `Refusal` for what is no good
 * @returns the items that can go on, in order, and the results of those that can't
 */
export async function readItems<T>(
	context: IExecuteFunctions,
	words: ServiceText,
	read: (item: number) => T,
): Promise<{ items: Array<ParsedItem<T>>; results: Result[] }> {
	const entries: Array<ParsedItem<T> | ItemError> = [];
	let began = Date.now();
	for (let item = 0; item < context.getInputData().length; item++) {
		if (Date.now() - began > YIELD_EVERY_MS) {
			await sleep(0);
			began = Date.now();
		}
		entries.push(readItem(item, read));
	}
	const results: Result[] = [];
	return { items: rejectInvalidItems(context, words, entries, results), results };
}

function readItem<T>(item: number, read: (item: number) => T): ParsedItem<T> | ItemError {
	try {
		return { item, value: read(item) };
	} catch (error) {
		if (error instanceof ParameterError) {
			return { item, message: error.message, description: error.description };
		}
		// n8n's own, such as an expression that can't be evaluated: its words are the best there are.
		const { message, description } = error as Error & { description?: string };
		return {
			item,
			// The item is named by us.
			message: message.replace(/ \[item \d+\]$/i, ''),
			description: asSentence(description || 'Check the parameters of this item.'),
		};
	}
}

/** Something may be said after it. */
function asSentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}

/**
 * The items that can go on. Without continue-on-error one bad item refuses all, before anything is sent.
 *
 * @param entries as read; bad ones go to `results`
 */
export function rejectInvalidItems<T>(
	context: IExecuteFunctions,
	{ name }: ServiceText,
	entries: Array<ParsedItem<T> | ItemError>,
	results: Result[],
): Array<ParsedItem<T>> {
	const errors = entries.filter(isItemError);
	if (errors.length > 0 && !context.continueOnFail()) {
		throw combineErrors(context.getNode(), errors, entries.length, `Nothing was sent to ${name}.`);
	}
	results.push(...errors);
	return entries.filter((entry) => !isItemError(entry)) as Array<ParsedItem<T>>;
}
