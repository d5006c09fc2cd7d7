import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isObject, type JsonObject, locatorValue, toId } from '../http';
import { ParameterError } from './errors';
import { DEFAULT_CONCURRENCY } from './runClient';

/** @throws Refusal when there is no id in it */
export function readRunId(context: IExecuteFunctions, item: number): string {
	const id = toId(locatorValue(context.getNodeParameter('runId', item, '')));
	if (id) return id;
	throw new ParameterError(
		'No run ID in "Run"',
		'Enter the ID of a run, as Start puts it out in the field "id".',
	);
}

/**
 * @param entered JSON text or, from an expression, the object itself
 * @param name the parameter, as shown
 */
export function readObject(entered: unknown, name: string): JsonObject {
	let value = entered;
	let flaw: string | undefined;
	if (typeof entered === 'string') {
		try {
			value = JSON.parse(entered);
		} catch (error) {
			flaw = (error as Error).message;
		}
	}
	if (flaw) {
		throw new ParameterError(
			`"${name}" is not valid JSON: ${flaw}`,
			'Enter a JSON object, for example { "Input 1": "text" }. Names and texts stand in double quotes.',
		);
	}
	if (isObject(value)) return value;
	throw new ParameterError(
		`"${name}" is not a JSON object`,
		'Enter names and values in braces, for example { "Input 1": "text" }; a list, a text or a number alone will not do.',
	);
}

/** @returns a number of at least `least`. @throws Refusal for anything else */
export function readNumber(
	options: IDataObject,
	name: string,
	label: string,
	preset: number,
	least = 1,
): number {
	const entered = options[name] ?? preset;
	const number = typeof entered === 'string' && entered.trim() !== '' ? Number(entered) : entered;
	if (typeof number === 'number' && Number.isFinite(number) && number >= least) return number;
	throw new ParameterError(
		`"${label}" is ${JSON.stringify(entered)}, which is not a number of at least ${least}`,
		`Enter a number of at least ${least}, or remove it for the usual ${preset}.`,
	);
}

export function readOptions(context: IExecuteFunctions, item: number): IDataObject {
	return context.getNodeParameter('options', item, {}) as IDataObject;
}

/** For all items together, so the first one's counts. */
export function readConcurrency(context: IExecuteFunctions): number {
	return Math.floor(
		readNumber(readOptions(context, 0), 'concurrency', 'Concurrency', DEFAULT_CONCURRENCY),
	);
}
