import type { IDataObject } from 'n8n-workflow';
import { isObject, isTooDeep } from '../http';

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
 * An item's JSON with everything that is nested too deep for n8n as JSON text: n8n could not store the item, and all
 * others would be lost with it. Of an object at top level, such as a run's `output`, only the values that are too deep
 * become text.
 */
export function withoutDeepNesting(json: IDataObject): IDataObject {
	if (!isTooDeep(json)) return json;
	const entries = Object.entries(json).map(([name, value]) => [name, flattened(value)]);
	return Object.fromEntries(entries) as IDataObject;
}

function flattened(value: unknown): unknown {
	if (!isTooDeep(value)) return value;
	if (!isObject(value)) return toJsonText(value);
	return Object.fromEntries(
		Object.entries(value).map(([name, inner]) => [
			name,
			isTooDeep(inner) ? toJsonText(inner) : inner,
		]),
	);
}
