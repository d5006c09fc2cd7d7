const NUMBER = /-?\d[\d.eE+-]*/y;

/** From this length on a number as text can have more digits than a JavaScript number keeps. */
const SAFE_LENGTH = 16;

/** The number that starts at a place of a JSON text, as it is written. */
export function numberAt(json: string, at: number): string {
	NUMBER.lastIndex = at;
	return NUMBER.exec(json)?.[0] ?? '';
}

/**
 * Whether a number of a JSON text is the same as a JavaScript number: `2.50` is, `12345678901234567` and `1e400` are
 * not.
 */
export function keepsItsDigits(number: string): boolean {
	if (number.length < SAFE_LENGTH && !/e/i.test(number)) return true;
	return digits(number) === digits(String(Number(number)));
}

/** Significant digits and exponent, the same for all spellings of a number: `1.50e3` and `1500` are `15:4`. */
function digits(number: string): string {
	const [, mantissa = '', exponent = '0'] = /^-?([\d.]+)(?:e([+-]?\d+))?$/i.exec(number) ?? [];
	const [whole, fraction = ''] = mantissa.split('.');
	const all = `${whole}${fraction}`;
	const significant = all.replace(/^0+/, '');
	// From the first of some zeros only: a plain `0+$` takes quadratic time for a long row of them.
	if (significant === '') return '0';
	const scale = Number(exponent) + whole.length - (all.length - significant.length);
	return `${significant.replace(/(?<!0)0+$/, '')}:${scale}`;
}
