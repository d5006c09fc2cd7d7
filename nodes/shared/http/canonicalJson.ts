import { isObject, isTooDeep } from './json';

/**
 * A value as text that is equal for equal values, whatever order their names came in.
 *
 * @returns an empty text for what is nested too deep to be compared
 * @example `{ b: 1, a: [2] }`: `{"a":[2],"b":1}`
 */
export function canonicalJson(value: unknown): string {
	return isTooDeep(value) ? '' : (JSON.stringify(value, sortNames) ?? '');
}

function sortNames(_: string, value: unknown): unknown {
	if (!isObject(value)) return value;
	// A plain object would take `__proto__` for its prototype.
	const sorted: Record<string, unknown> = Object.create(null);
	for (const name of Object.keys(value).sort()) sorted[name] = value[name];
	return sorted;
}
