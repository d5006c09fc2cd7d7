import { isObject, isTooDeep, type JsonObject, MAX_DEPTH } from './json';

/**
 * A value as JSON text, however deep it is nested: `JSON.stringify` overflows the stack at some thousand levels.
 *
 * @throws what `JSON.stringify` throws for a value that has itself in it
 */
export function toJsonText(value: unknown): string {
	const { text, thrown } = stringify(value);
	if (text !== undefined) return text;
	if (thrown instanceof Error && thrown.name === 'RangeError') return stringifyIteratively(value);
	throw thrown;
}

function stringify(value: unknown): { text?: string; thrown?: unknown } {
	try {
		return { text: JSON.stringify(value) ?? 'null' };
	} catch (thrown) {
		return { thrown };
	}
}

type Pending = { text: string } | { value: unknown };

function stringifyIteratively(root: unknown): string {
	const written: string[] = [];
	/** What is still to be written, the next one last. */
	const pending: Pending[] = [{ value: root }];
	for (let next = pending.pop(); next; next = pending.pop()) {
		if ('text' in next) written.push(next.text);
		else if (Array.isArray(next.value)) putBefore(pending, arrayParts(next.value));
		else if (isPlainObject(next.value)) putBefore(pending, objectParts(next.value));
		else written.push(JSON.stringify(next.value) ?? 'null');
	}
	return written.join('');
}

/** One by one: an array can have more elements than a call takes arguments. */
function putBefore(pending: Pending[], parts: Pending[]): void {
	for (const part of parts.reverse()) pending.push(part);
}

function arrayParts(values: unknown[]): Pending[] {
	const parts = values.flatMap((value, index): Pending[] => [
		{ text: index === 0 ? '' : ',' },
		{ value },
	]);
	return [{ text: '[' }, ...parts, { text: ']' }];
}

function objectParts(object: Record<string, unknown>): Pending[] {
	const entries = Object.entries(object).filter(([, value]) => value !== undefined);
	const parts = entries.flatMap(([name, value], index): Pending[] => [
		{ text: `${index === 0 ? '' : ','}${JSON.stringify(name)}:` },
		{ value },
	]);
	return [{ text: '{' }, ...parts, { text: '}' }];
}

/** Dates and their kin have a text of their own. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
	return isObject(value) && typeof value.toJSON !== 'function';
}

/**
 * The one rule for what is nested too deep for n8n, wherever it comes from: it becomes JSON text. n8n could not store it,
 * and would lose all other items with it. Of an object, such as a run's `output`, only the values that are too deep become
 * text.
 *
 * @param maxDepth levels that it may have, itself included
 */
export function withoutDeepNesting(json: JsonObject, maxDepth = MAX_DEPTH): JsonObject {
	if (!isTooDeep(json, maxDepth)) return json;
	return mapValues(json, (value) =>
		isObject(value)
			? mapValues(value, (inner) => asTextIfTooDeep(inner, maxDepth - 2))
			: asTextIfTooDeep(value, maxDepth - 1),
	);
}

function asTextIfTooDeep(value: unknown, maxDepth: number): unknown {
	return isTooDeep(value, maxDepth) ? toJsonText(value) : value;
}

function mapValues(object: JsonObject, change: (value: unknown) => unknown): JsonObject {
	return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}
