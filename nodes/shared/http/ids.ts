import { isObject } from './json';

/**
 * An id that can be one segment of a path: ` WRUN-1 ` is `WRUN-1`.
 *
 * @returns nothing if it is empty, or can't be a segment of a path however it is encoded: `.`, `..`, lone surrogates
 */
export function toId(entered: unknown): string | undefined {
	if (typeof entered !== 'string' && typeof entered !== 'number') return undefined;
	const id = String(entered).trim();
	return id === '' || id === '.' || id === '..' || !id.isWellFormed() ? undefined : id;
}

/** What a user entered in a resource locator; an expression may resolve to the id alone. */
export function locatorValue(entered: unknown): unknown {
	return isObject(entered) ? entered.value : entered;
}
