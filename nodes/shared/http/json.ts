/** Any JSON object. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number that may come as text. @returns nothing for everything else */
export function toNumber(value: unknown): number | undefined {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Text as JSON. @returns nothing if it isn't JSON, or is `null` */
export function parseJson(text: unknown): unknown {
	if (typeof text !== 'string') return undefined;
	try {
		return JSON.parse(text) ?? undefined;
	} catch {
		return undefined;
	}
}

/** Levels of nesting that n8n can surely copy and store; its recursion overflows the stack at some thousand. */
export const MAX_DEPTH = 200;

/** Whether lists and objects are nested too deep in each other for n8n. Iterative. */
export function isTooDeep(value: unknown, maxDepth = MAX_DEPTH): boolean {
	let level = [value].filter(isContainer);
	for (let depth = 0; level.length > 0; depth++) {
		if (depth === maxDepth) return true;
		level = level.flatMap((container) => Object.values(container).filter(isContainer));
	}
	return false;
}

/** Whether a value is a list or an object. */
export function isContainer(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}
