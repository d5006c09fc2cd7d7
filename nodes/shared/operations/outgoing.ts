import { isObject, isTooDeep, type JsonObject } from '../http';
import { ParameterError } from './errors';
import { isExact } from './numbers';
import { findJsonFlaw } from './jsonCheck';

const QUOTES_ADVICE =
	'Send it as text, to keep all its digits: put it in double quotes, such as "12345678901234567890". A number from an expression may already have lost digits before.';

/**
 * A JSON object that a user has entered.
 *
 * @param entered JSON text or, from an expression, the object itself
 * @param label the parameter's label
 * @throws ParameterError for anything else, for a name that is there twice, and for values that can't be sent as they are
 */
export function readObject(entered: unknown, label: string): JsonObject {
	const { value, reason } = typeof entered === 'string' ? parseText(entered) : { value: entered };
	if (reason) {
		throw new ParameterError(
			`'${label}' isn't valid JSON: ${reason}`,
			`Enter a JSON object, for example { "Input 1": "text" }. Put names and text values in double quotes. For text from an expression, which can contain quotes and line breaks, use {{ JSON.stringify($json.text) }} without quotes around it.`,
		);
	}
	if (!isObject(value)) {
		throw new ParameterError(
			`'${label}' must be a JSON object`,
			'Enter a JSON object, for example { "Input 1": "text" }. Arrays, text and numbers on their own aren\'t supported.',
		);
	}
	if (typeof entered === 'string') rejectFlaw(entered, label);
	return checkOutgoing(value, label);
}

/** @returns the value of a JSON text, or the reason why it has none */
function parseText(text: string): { value?: unknown; reason?: string } {
	try {
		return { value: JSON.parse(text) };
	} catch (error) {
		return { reason: (error as Error).message };
	}
}

function rejectFlaw(text: string, label: string): void {
	const flaw = findJsonFlaw(text);
	if (!flaw) return;
	if (flaw.kind === 'number') throw inexactNumber(flaw.name, label);
	throw new ParameterError(
		`'${flaw.name}' is listed twice in '${label}'`,
		'Each name can have only one value. Remove one of them.',
	);
}

/**
 * Values that are about to be sent.
 *
 * @param label the label of the parameter they come from
 * @returns the same values
 * @throws ParameterError, naming the value, for what JSON can't carry as it is
 */
export function checkOutgoing(values: JsonObject, label: string): JsonObject {
	for (const [name, value] of Object.entries(values)) {
		rejectMalformed(name, name, label);
		if (isTooDeep(value)) {
			throw new ParameterError(
				`'${name}' in '${label}' is nested too deep`,
				'Send fewer levels of objects and arrays, or send it as text.',
			);
		}
		leavesOf(value).forEach((leaf) => rejectLeaf(leaf, name, label));
	}
	return values;
}

/** All names and values in a value, that itself included if it is neither object nor array. */
function leavesOf(value: unknown): unknown[] {
	if (Array.isArray(value)) return value.flatMap(leavesOf);
	if (!isObject(value) || typeof value.toJSON === 'function') return [value];
	return Object.entries(value).flatMap(([name, inner]) => [name, ...leavesOf(inner)]);
}

function rejectLeaf(leaf: unknown, name: string, label: string): void {
	if (typeof leaf === 'bigint') throw inexactNumber(name, label);
	if (typeof leaf === 'number' && !Number.isFinite(leaf)) {
		throw new ParameterError(
			`'${name}' in '${label}' is ${leaf}, which isn't a number that can be sent`,
			'Check the expression that it comes from.',
		);
	}
	if (typeof leaf === 'number' && !isExact(String(leaf))) throw inexactNumber(name, label);
	if (typeof leaf === 'string') rejectMalformed(leaf, name, label);
}

function rejectMalformed(text: string, name: string, label: string): void {
	if (text.isWellFormed()) return;
	throw new ParameterError(
		`'${name.toWellFormed()}' in '${label}' contains half of a character`,
		'A text was cut inside a character, such as an emoji. Check the expression that it comes from.',
	);
}

function inexactNumber(name: string, label: string): ParameterError {
	return new ParameterError(
		`'${name}' in '${label}' is a number with too many digits to be sent unchanged`,
		QUOTES_ADVICE,
	);
}
