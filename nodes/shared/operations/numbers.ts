import { keepsItsDigits } from '../http/jsonNumbers';

const INTEGER = /^-?\d+$/;
/** A number as JSON writes it, so no `0x10` and no `01067`, which is a postal code. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i;

/** Whether a value is a number, or the text of one, whatever its size. */
export function isNumberText(value: unknown): boolean {
	return typeof value === 'number' || (typeof value === 'string' && NUMBER.test(value.trim()));
}

/** @returns the number that was entered, or its text; nothing if it isn't one, or would lose digits */
export function toExactNumber(entered: unknown): number | undefined {
	if (typeof entered === 'number') return isExact(String(entered)) ? entered : undefined;
	if (typeof entered !== 'string') return undefined;
	const text = entered.trim();
	return NUMBER.test(text) && isExact(text) ? Number(text) : undefined;
}

/**
 * Whether a number keeps all its digits on the way out. Whole numbers above 2^53 are not exact, whatever their digits:
 * an expression may have changed them before.
 *
 * @param number as text: `12`, `-0.5`, `1e3`; `NaN` and `Infinity` are not exact
 */
export function isExact(number: string): boolean {
	if (!Number.isFinite(Number(number))) return false;
	if (INTEGER.test(number)) return Number.isSafeInteger(Number(number));
	return keepsItsDigits(number);
}
