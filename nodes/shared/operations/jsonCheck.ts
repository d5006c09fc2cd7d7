import { numberAt } from '../http/jsonNumbers';
import { isExact } from './numbers';

/** What `JSON.parse` would pass over in a text without a word. */
export interface JsonFlaw {
	kind: 'duplicate' | 'number';
	/** Names from the outermost inwards: `order.id`. */
	name: string;
}

/** An object or array that is being read. */
interface Level {
	names?: Set<string>;
	/** The name whose value is read, once it was. */
	name?: string;
	/** Whether a name comes next, not a value. */
	expectsName: boolean;
}

/**
 * Finds a name that is there twice in an object, of which `JSON.parse` keeps the last, and a number that would lose
 * digits.
 *
 * @param text valid JSON
 * @returns the first flaw
 */
export function findJsonFlaw(text: string): JsonFlaw | undefined {
	const levels: Level[] = [];
	for (let at = 0; at < text.length; at++) {
		const level = levels[levels.length - 1] as Level | undefined;
		const char = text[at];
		if (char === '{') levels.push({ names: new Set(), expectsName: true });
		else if (char === '[') levels.push({ expectsName: false });
		else if (char === '}' || char === ']') levels.pop();
		else if (char === ',' && level) level.expectsName = level.names !== undefined;
		else if (char === '"') {
			const end = endOfString(text, at);
			if (level?.names && level.expectsName) {
				const isNew = enterName(level, level.names, JSON.parse(text.slice(at, end)) as string);
				if (!isNew) return { kind: 'duplicate', name: pathOf(levels) };
			}
			at = end - 1;
		} else if (char === '-' || (char >= '0' && char <= '9')) {
			const number = numberAt(text, at);
			if (!isExact(number)) return { kind: 'number', name: pathOf(levels) };
			at += Math.max(number.length, 1) - 1;
		}
	}
	return undefined;
}

/** @returns whether the object did not have the name yet */
function enterName(level: Level, names: Set<string>, name: string): boolean {
	const isNew = !names.has(name);
	names.add(name);
	level.name = name;
	level.expectsName = false;
	return isNew;
}

/** @returns where the string that begins at a quotation mark ends, behind its last one */
function endOfString(text: string, start: number): number {
	let at = start + 1;
	while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
	return at + 1;
}

function pathOf(levels: Level[]): string {
	return levels.flatMap(({ name }) => (name === undefined ? [] : [name])).join('.');
}
