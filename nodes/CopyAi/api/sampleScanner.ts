/** A text in quotation marks, decoded, and where it ends. */
export interface Quoted {
	text: string;
	end: number;
}

const QUOTES = ['"', "'", '`'];
const OPENERS = ['{', '[', '('];
const CLOSERS = ['}', ']', ')'];
const WORD = /[\p{L}\p{N}_$]+/uy;

/** @returns the text that begins at a quotation mark; nothing elsewhere */
export function readQuoted(code: string, at: number): Quoted | undefined {
	if (!QUOTES.includes(code[at])) return undefined;
	const end = endOfQuoted(code, at);
	return { text: decoded(code.slice(at + 1, end - 1)), end };
}

/** @returns a name without quotation marks; empty where there is none */
export function readWord(code: string, at: number): Quoted {
	WORD.lastIndex = at;
	const text = WORD.exec(code)?.[0] ?? '';
	return { text, end: at + text.length };
}

/** @returns where blanks and comments end */
export function skipBlank(code: string, from: number): number {
	let at = from;
	while (at < code.length) {
		const end = /\s/.test(code[at]) ? at + 1 : endOfComment(code, at);
		if (end === at) return at;
		at = end;
	}
	return at;
}

/** @returns where the next entry of an object begins, or the object ends */
export function atEntry(code: string, from: number): number {
	let at = skipBlank(code, from);
	while (code[at] === ',') at = skipBlank(code, at + 1);
	return at;
}

/** @returns where the value that begins here ends: at a comma, or at what closes the object around it */
export function skipValue(code: string, from: number): number {
	let depth = 0;
	let at = from;
	while (at < code.length) {
		const char = code[at];
		if (depth === 0 && (char === ',' || CLOSERS.includes(char))) return at;
		if (OPENERS.includes(char)) depth++;
		if (CLOSERS.includes(char)) depth--;
		at = QUOTES.includes(char) ? endOfQuoted(code, at) : Math.max(at + 1, endOfComment(code, at));
	}
	return code.length;
}

/** @returns behind the last quotation mark, or the end of the code */
function endOfQuoted(code: string, from: number): number {
	const quote = code[from];
	const tripled = quote.repeat(3);
	if (code.startsWith(tripled, from)) {
		const end = code.indexOf(tripled, from + 3);
		return end < 0 ? code.length : end + 3;
	}
	let at = from + 1;
	while (at < code.length && code[at] !== quote) at += code[at] === '\\' ? 2 : 1;
	return Math.min(at + 1, code.length);
}

/** @returns where the comment that begins here ends; the same place where none does */
function endOfComment(code: string, at: number): number {
	if (code.startsWith('/*', at)) {
		const end = code.indexOf('*/', at + 2);
		return end < 0 ? code.length : end + 2;
	}
	if (code[at] !== '#' && !code.startsWith('//', at)) return at;
	const end = code.indexOf('\n', at);
	return end < 0 ? code.length : end;
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** The text that code in quotation marks stands for. */
function decoded(code: string): string {
	return code.replace(
		/\\(?:u([\da-f]{4})|x([\da-f]{2})|([^]))/gi,
		(_, unicode?: string, hex?: string, char = '') => {
			const digits = unicode ?? hex;
			return digits ? String.fromCharCode(parseInt(digits, 16)) : (ESCAPES[char] ?? char);
		},
	);
}
