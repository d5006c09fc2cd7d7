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

/**
 * Whether lists and objects are nested in each other more than `limit` deep. Without recursion: n8n's copying, and
 * JSON's writing, run out of stack at some thousand levels.
 */
export function isDeeperThan(value: unknown, limit: number): boolean {
	let level = [value].filter(isNest);
	for (let depth = 0; level.length > 0; depth++) {
		if (depth === limit) return true;
		level = level.flatMap((nest) => Object.values(nest).filter(isNest));
	}
	return false;
}

function isNest(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}
