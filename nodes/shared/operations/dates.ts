import { DateTime } from 'luxon';
import { ParameterError } from './errors';

/** `2026-01-31`, `2026-01-31T08:00`, with seconds and parts of them, with or without a zone. */
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?$/i;

/**
 * A date as n8n's picker, an expression or a user enters it.
 *
 * @param zone of the workflow, such as `Europe/Berlin`: that of a date without one of its own
 * @returns ms since 1970; nothing when nothing is entered
 * @throws ParameterError for whatever is neither an ISO date nor a date value of n8n's
 */
export function readDate(entered: unknown, label: string, zone: string): number | undefined {
	if (entered === undefined || entered === null || entered === '') return undefined;
	const time = toTime(entered, zone);
	if (Number.isFinite(time)) return time;
	throw new ParameterError(
		`'${label}' isn't a valid date: ${JSON.stringify(entered)}`,
		'Enter an ISO 8601 date, such as 2026-01-31T08:00:00Z. In an expression use a date, such as {{ $today.minus({ days: 1 }) }}.',
	);
}

function toTime(entered: unknown, zone: string): number {
	if (entered instanceof Date) return entered.getTime();
	if (isDateTime(entered)) return entered.toMillis();
	if (typeof entered !== 'string') return NaN;
	const text = entered.trim();
	return ISO_DATE.test(text) ? DateTime.fromISO(text, { zone }).toMillis() : NaN;
}

/** By its form: the one that makes `$now` need not be the luxon that is imported here. */
function isDateTime(value: unknown): value is DateTime {
	return (
		typeof value === 'object' &&
		value !== null &&
		'toMillis' in value &&
		'isValid' in value &&
		typeof value.toMillis === 'function' &&
		value.isValid === true
	);
}
