import type { JsonObject } from '../../shared/http';
import { atEntry, type Quoted, readQuoted, readWord, skipBlank, skipValue } from './sampleScanner';

const WORD = 'startVariables';
/** How deep JSON text can be in a string of code that is in a string itself. */
const MAX_ESCAPES = 3;

/**
 * The inputs that a sample request names, as Copy.ai's API tab shows it: cURL, JavaScript, Python, PHP, JSON and
 * whatever looks like them. Nothing is evaluated, and no value is kept: only whether it is a number or a boolean. Takes
 * time in proportion to the text.
 *
 * @returns names with `0`, `false`, or `''` for everything else; nothing if it names none
 * @example `curl … -d '{ "startVariables": { "Input 1": "text", "Length": 50 } }'`: `{ 'Input 1': '', Length: 0 }`
 */
export function sampleInputs(sample: string): JsonObject | undefined {
	// How a shell writes an apostrophe in text that is in apostrophes.
	let text = /\bcurl\b/i.test(sample) ? sample.replaceAll("'\\''", "'") : sample;
	for (let escapes = 0; escapes <= MAX_ESCAPES; escapes++) {
		const inputs = firstInputs(text);
		if (inputs || !text.includes('\\')) return inputs;
		text = text.replace(/\\([^])/g, (_, char: string) => UNESCAPED[char] ?? char);
	}
	return undefined;
}

/** What is not simply the character after a backslash; `\\u` is left for the name that it is in. */
const UNESCAPED: Record<string, string> = { n: '\n', r: '\n', t: '\t', u: '\\u' };

function firstInputs(text: string): JsonObject | undefined {
	for (let at = text.indexOf(WORD); at >= 0; at = text.indexOf(WORD, at)) {
		const { entries, end } = readEntries(text, at + WORD.length);
		if (entries.length > 0) return Object.fromEntries(entries);
		at = end;
	}
	return undefined;
}

/** What may stand between the name and its object: `: {`, `=> [`, `=> array(`, `= dict(`. */
const OPENING = /["'`]?\s*(?:=>|[:=])\s*(?:\(object\)\s*)?(?:[{[]|(?:array|dict)\s*\()/y;

/** @returns the entries of the object that follows, and where reading ended */
function readEntries(
	text: string,
	from: number,
): { entries: Array<[string, unknown]>; end: number } {
	OPENING.lastIndex = from;
	const opening = OPENING.exec(text)?.[0];
	if (opening === undefined) return { entries: [], end: from };
	const hasShorthand = opening.endsWith('{');
	const entries: Array<[string, unknown]> = [];
	let at = atEntry(text, from + opening.length);
	while (at < text.length && !/[}\])]/.test(text[at])) {
		const name = readName(text, at);
		const separator = skipBlank(text, name.end);
		const width = separatorWidth(text, separator);
		const value = skipBlank(text, separator + width);
		const end = skipValue(text, value);
		const isShorthand = width === 0 && hasShorthand && name.isWord && end === separator;
		if (name.text.trim() !== '' && name.text.isWellFormed() && (width > 0 || isShorthand)) {
			entries.push([name.text, width > 0 ? typeSample(text.slice(value, end)) : '']);
		}
		at = atEntry(text, Math.max(end, at + 1));
	}
	return { entries, end: at };
}

function readName(text: string, at: number): Quoted & { isWord: boolean } {
	const quoted = readQuoted(text, at);
	return quoted ? { ...quoted, isWord: false } : { ...readWord(text, at), isWord: true };
}

function separatorWidth(text: string, at: number): number {
	if (text.startsWith('=>', at)) return 2;
	return text[at] === ':' || text[at] === '=' ? 1 : 0;
}

/** A value of the type that a value in code has; null if that says nothing. */
function typeSample(code: string): unknown {
	const value = code.length > MAX_LITERAL_LENGTH ? '' : code.trim();
	if (/^-?\d+(\.\d+)?$/.test(value)) return 0;
	if (/^(true|false)$/i.test(value)) return false;
	return /^(null|none|undefined)$/i.test(value) ? null : '';
}

/** Longer values are neither numbers nor booleans. */
const MAX_LITERAL_LENGTH = 40;
