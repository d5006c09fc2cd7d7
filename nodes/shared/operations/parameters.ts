import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isObject, type JsonObject, locatorValue, toId } from '../http';
import { ParameterError } from './errors';
import { DEFAULT_CONCURRENCY } from './runClient';

/** @throws ParameterError when the parameter 'Run' has no ID */
export function readRunId(context: IExecuteFunctions, item: number): string {
	const id = toId(locatorValue(context.getNodeParameter('runId', item, '')));
	if (id) return id;
	throw new ParameterError(
		"'Run' has no run ID",
		"Enter a run ID. The Start operation returns it in the 'id' field.",
	);
}

/**
 * @param entered JSON text or, from an expression, the object itself
 * @param label the parameter's label
 */
export function readObject(entered: unknown, label: string): JsonObject {
	const { value, reason } = typeof entered === 'string' ? parseText(entered) : { value: entered };
	if (reason) {
		throw new ParameterError(
			`'${label}' isn't valid JSON: ${reason}`,
			'Enter a JSON object, for example { "Input 1": "text" }. Put names and text values in double quotes.',
		);
	}
	if (isObject(value)) return value;
	throw new ParameterError(
		`'${label}' must be a JSON object`,
		'Enter a JSON object, for example { "Input 1": "text" }. Arrays, text and numbers on their own aren\'t supported.',
	);
}

/** @returns the value of a JSON text, or the reason why it has none */
function parseText(text: string): { value?: unknown; reason?: string } {
	try {
		return { value: JSON.parse(text) };
	} catch (error) {
		return { reason: (error as Error).message };
	}
}

/** @returns a number of at least `minimum`. @throws ParameterError for anything else */
export function readNumber(
	options: IDataObject,
	name: string,
	label: string,
	defaultValue: number,
	minimum = 1,
): number {
	const entered = options[name] ?? defaultValue;
	const number = typeof entered === 'string' && entered.trim() !== '' ? Number(entered) : entered;
	if (typeof number === 'number' && Number.isFinite(number) && number >= minimum) return number;
	throw new ParameterError(
		`'${label}' must be ${minimum} or more (it is ${JSON.stringify(entered)})`,
		`Enter ${minimum} or more, or remove the option to use the default of ${defaultValue}.`,
	);
}

export function readOptions(context: IExecuteFunctions, item: number): IDataObject {
	return context.getNodeParameter('options', item, {}) as IDataObject;
}

/** One value for all items together: that of the first. */
export function readConcurrency(context: IExecuteFunctions): number {
	return Math.floor(
		readNumber(readOptions(context, 0), 'concurrency', 'Concurrency', DEFAULT_CONCURRENCY),
	);
}
