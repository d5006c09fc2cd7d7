import { isObject } from './json';

/**
 * An id as it can stand in a path.
 *
 * @returns nothing if it is empty, or can't be one segment of a path however it is encoded
 */
export function toId(entered: unknown): string | undefined {
	if (typeof entered !== 'string' && typeof entered !== 'number') return undefined;
	const id = String(entered).trim();
	return id === '' || id === '.' || id === '..' || !id.isWellFormed() ? undefined : id;
}

/** What a user entered in a resource locator; an expression may come to the id alone. */
export function locatorValue(entered: unknown): unknown {
	return isObject(entered) ? entered.value : entered;
}
