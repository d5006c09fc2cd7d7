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

/** Text as JSON. @returns nothing if it is none; a JSON `null` too, which says no more */
export function parseJson(text: unknown): unknown {
	if (typeof text !== 'string') return undefined;
	try {
		return JSON.parse(text) ?? undefined;
	} catch {
		return undefined;
	}
}

/** Nesting that n8n surely can copy and store; its recursion runs out of stack at some thousand levels. */
const MAX_DEPTH = 200;

/** Whether lists and objects are nested too deep in each other for n8n. Found without recursion. */
export function isTooDeep(value: unknown): boolean {
	let level = [value].filter(isNest);
	for (let depth = 0; level.length > 0; depth++) {
		if (depth === MAX_DEPTH) return true;
		level = level.flatMap((nest) => Object.values(nest).filter(isNest));
	}
	return false;
}

function isNest(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}
