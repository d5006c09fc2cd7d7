import { isTooDeep, isObject, type JsonObject, parseJson } from '../../shared/http';

const NUMBER = /-?\d[\d.eE+-]*/y;

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
			NUMBER.lastIndex = at;
			const number = NUMBER.exec(json)![0];
			numbers.push(number);
			at += number.length - 1;
		}
	}
	return numbers;
}

function keepsItsDigits(number: string): boolean {
	return number.length < 16 && !/e/i.test(number)
		? true
		: digits(number) === digits(String(Number(number)));
}

/** Significant digits and exponent, the same for all spellings of a number: `1.50e3` and `1500` are `15` and 4. */
function digits(number: string): string {
	const [, mantissa = '', exponent = '0'] = /^-?([\d.]+)(?:e([+-]?\d+))?$/i.exec(number) ?? [];
	const [whole, fraction = ''] = mantissa.split('.');
	const all = `${whole}${fraction}`;
	const significant = all.replace(/^0+/, '');
	// From the first of some zeros only: a plain `0+$` takes quadratic time for a long row of them.
	if (significant === '') return '0';
	const scale = Number(exponent) + whole.length - (all.length - significant.length);
	return `${significant.replace(/(?<!0)0+$/, '')}:${scale}`;
}
