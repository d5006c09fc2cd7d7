import type { ItemError } from './errors';
import { ParameterError, untagged } from './errors';

const UNKNOWN = 'Something unexpected happened';

/**
 * Whatever was thrown while an item's parameters were read, as that item's error. n8n's own texts, such as those about
 * expressions, say best what is wrong.
 */
export function toReadError(item: number, thrown: unknown): ItemError {
	if (thrown instanceof ParameterError) {
		return { item, message: thrown.message, description: thrown.description };
	}
	return { item, ...describeThrown(thrown, 'Check the parameters of this item.') };
}

const AFTER_STARTS =
	'Runs that have already started continue. Retry On Fail and Executions > Retry reuse them.';

/** Whatever was thrown while an item was worked on, as that item's error. */
export function toItemError(item: number, thrown: unknown, advice = AFTER_STARTS): ItemError {
	return { item, ...describeThrown(thrown, advice) };
}

/** @returns the message and description of anything that can be thrown; it need not be an Error */
export function describeThrown(
	thrown: unknown,
	advice: string,
): { message: string; description: string } {
	const message = textOf(thrown, 'message') ?? (typeof thrown === 'string' ? thrown : UNKNOWN);
	return {
		message: untagged(message) || UNKNOWN,
		description: asSentence(textOf(thrown, 'description') ?? advice),
	};
}

function textOf(thrown: unknown, property: string): string | undefined {
	if (typeof thrown !== 'object' || thrown === null) return undefined;
	const text = (thrown as Record<string, unknown>)[property];
	return typeof text === 'string' && text.trim() !== '' ? text : undefined;
}

/** More sentences can follow it. */
function asSentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}

/**
 * Does something that can throw.
 *
 * @param otherwise makes the result of what was thrown
 */
export async function attempt<T>(
	work: () => T | Promise<T>,
	otherwise: (thrown: unknown) => T,
): Promise<T> {
	try {
		return await work();
	} catch (thrown) {
		return otherwise(thrown);
	}
}

/** Like Promise.all, but ends only when all have ended, so that nothing goes on behind a caller's back. */
export async function allSettled<T>(promises: Array<Promise<T>>): Promise<T[]> {
	const settled = await Promise.allSettled(promises);
	const failed = settled.find((result) => result.status === 'rejected');
	if (failed) throw failed.reason;
	return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
