import { type IExecuteFunctions, sleep } from 'n8n-workflow';
import { Refusal, toOneError, type Trouble } from './refusal';
import { isTrouble, type Result } from './results';
import type { Entry, Words } from './types';

/** How long items are read before other executions get their turn, ms: an expression takes half a millisecond. */
const SLICE_MS = 25;

/** What was read of each item: its value, or what is wrong with it. */
export type Read<T> = Entry<T> | Trouble;

/**
 * Reads the parameters of all items before anything is sent.
 *
 * @param read reads one item; throws a `Refusal` for what is no good
 * @returns the items that can go on, in order, and the results of those that can't
 */
export async function readItems<T>(
	context: IExecuteFunctions,
	words: Words,
	read: (item: number) => T,
): Promise<{ items: Array<Entry<T>>; results: Result[] }> {
	const entries: Array<Read<T>> = [];
	let began = Date.now();
	for (let item = 0; item < context.getInputData().length; item++) {
		if (Date.now() - began > SLICE_MS) {
			await sleep(0);
			began = Date.now();
		}
		entries.push(readItem(item, read));
	}
	const results: Result[] = [];
	return { items: acceptItems(context, words, entries, results), results };
}

function readItem<T>(item: number, read: (item: number) => T): Read<T> {
	try {
		return { item, value: read(item) };
	} catch (error) {
		if (error instanceof Refusal) return { item, ...error };
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
export function acceptItems<T>(
	context: IExecuteFunctions,
	{ name }: Words,
	entries: Array<Read<T>>,
	results: Result[],
): Array<Entry<T>> {
	const troubles = entries.filter(isTrouble);
	if (troubles.length > 0 && !context.continueOnFail()) {
		throw toOneError(context.getNode(), troubles, entries.length, `Nothing was sent to ${name}.`);
	}
	results.push(...troubles);
	return entries.filter((entry) => !isTrouble(entry)) as Array<Entry<T>>;
}
