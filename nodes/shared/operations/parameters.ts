import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { locatorValue, toId } from '../http';
import { ParameterError } from './errors';
import { toExactNumber } from './numbers';
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

/** @returns a number of at least `minimum`. @throws ParameterError for anything else */
export function readNumber(
	options: IDataObject,
	name: string,
	label: string,
	defaultValue: number,
	minimum = 1,
): number {
	const entered = options[name] ?? defaultValue;
	const number = toExactNumber(entered);
	if (number !== undefined && number >= minimum) return number;
	throw new ParameterError(
		`'${label}' must be ${minimum} or more (it is ${shown(entered)})`,
		`Enter ${minimum} or more, or remove the option to use the default of ${defaultValue}.`,
	);
}

export function readOptions(context: IExecuteFunctions, item: number): IDataObject {
	return context.getNodeParameter('options', item, {}) as IDataObject;
}

/** The Concurrency of one item. Each item's is checked, as any other option is; that of the first valid item counts. */
export function readConcurrency(context: IExecuteFunctions, item: number): number {
	const options = readOptions(context, item);
	return Math.floor(readNumber(options, 'concurrency', 'Concurrency', DEFAULT_CONCURRENCY));
}

/** @returns the text of a key. @throws ParameterError for one that no service could store */
export function readKeyText(text: string, label: string): string {
	if (text.isWellFormed()) return text;
	throw new ParameterError(
		`'${label}' contains half of a character`,
		'A text was cut inside a character, such as an emoji. Check the expression that it comes from.',
	);
}

/** What can be chosen for a run that isn't completed. */
export type Choice = 'stop' | 'continue';

/** @returns what is chosen, in whatever case an expression gives it. @throws ParameterError for anything else */
export function readChoice(options: IDataObject, name: string, label: string): Choice {
	const entered = options[name] ?? '';
	const choice = typeof entered === 'string' ? entered.trim().toLowerCase() : entered;
	if (choice === '' || choice === 'stop') return 'stop';
	if (choice === 'continue') return 'continue';
	throw new ParameterError(
		`'${label}' must be Stop or Continue (it is ${shown(entered)})`,
		"Choose one of the two. An expression must resolve to 'stop' or 'continue'.",
	);
}

const ON = [true, 1, 'true', '1', 'yes', 'on'];
const OFF = [false, 0, 'false', '0', 'no', 'off'];

/**
 * A switch that decides what a run does. An expression for it must be clear: a switch that is set, but neither clearly
 * on nor clearly off, is refused.
 *
 * @returns false when the option isn't there. @throws ParameterError for anything that is neither on nor off
 */
export function readSwitch(options: IDataObject, name: string, label: string): boolean {
	return name in options && readFlag(options[name], label);
}

/**
 * @param defaultValue for nothing at all; without it nothing is refused too
 * @returns whether a switch is on. @throws ParameterError for anything that is neither on nor off
 */
export function readFlag(entered: unknown, label: string, defaultValue?: boolean): boolean {
	const isNothing = entered === undefined || entered === null || entered === '';
	if (isNothing && defaultValue !== undefined) return defaultValue;
	const value = typeof entered === 'string' ? entered.trim().toLowerCase() : entered;
	if (ON.some((on) => on === value)) return true;
	if (OFF.some((off) => off === value)) return false;
	throw new ParameterError(
		`'${label}' must be true or false (it is ${isNothing ? 'empty' : shown(entered)})`,
		'Turn it on or off, or use an expression that resolves to true or false.',
	);
}

/** What was entered, short enough for a message. */
function shown(entered: unknown): string {
	if (typeof entered === 'object' && entered !== null) {
		return Array.isArray(entered) ? 'a list' : 'an object';
	}
	return typeof entered === 'string' ? JSON.stringify(entered.slice(0, 100)) : String(entered);
}
