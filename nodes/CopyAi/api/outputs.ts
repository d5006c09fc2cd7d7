import { isTooDeep, isObject, type JsonObject, parseJson } from '../../shared/http';
import { keepsItsDigits, numberAt } from '../../shared/http/jsonNumbers';

/**
 * Outputs of a run with those at top level that are JSON text (`{…}` or `[…]`) turned into values:
 * `{ ideas: '[1, 2]', text: 'plain' }` becomes `{ ideas: [1, 2], text: 'plain' }`. Text in which a number would lose
 * digits as a JavaScript number (ids of 17 digits and more) stays text, and so does what is nested too deep for n8n.
 */
export function withParsedOutputs(outputs: unknown): unknown {
	if (!isObject(outputs)) return outputs;
	return Object.fromEntries(
		Object.entries(outputs).map(([name, value]) => [name, parsedOutput(value) ?? value]),
	);
}

/** Whether a value is JSON text that would be turned into a value. */
export function isJsonText(value: unknown): value is string {
	return parsedOutput(value) !== undefined;
}

function parsedOutput(value: unknown): JsonObject | unknown[] | undefined {
	if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return undefined;
	const parsed = parseJson(value);
	if (!isObject(parsed) && !Array.isArray(parsed)) return undefined;
	if (isTooDeep(parsed)) return undefined;
	return numbersIn(value).every(keepsItsDigits) ? parsed : undefined;
}

/** The numbers of a JSON text as they are written. A loop: a pattern over some MB of text overflows the stack. */
function numbersIn(json: string): string[] {
	const numbers: string[] = [];
	let inText = false;
	for (let at = 0; at < json.length; at++) {
		const char = json[at];
		if (char === '"') inText = !inText;
		else if (inText && char === '\\') at++;
		else if (!inText && (char === '-' || (char >= '0' && char <= '9'))) {
			const number = numberAt(json, at);
			numbers.push(number);
			at += number.length - 1;
		}
	}
	return numbers;
}
