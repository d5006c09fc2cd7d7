import { isContainer, isObject, parseJson } from './json';

/** Fields in which services say why something failed, the most telling first. */
const REASON_FIELDS = [
	'message',
	'reason',
	'detail',
	'details',
	'error',
	'errors',
	'errorMessage',
	'error_message',
	'errorDescription',
	'error_description',
	'failure',
	'failureReason',
	'failure_reason',
	'statusMessage',
	'statusReason',
	'cause',
];

/** Fields that hold a reason only inside of an error; elsewhere they describe other things. */
const TEXT_FIELDS = ['description', 'msg', 'title', 'text'];

/** Fields with a code, which is better than nothing. */
const CODE_FIELDS = ['errorCode', 'error_code', 'code', 'type', 'name'];

const MAX_DEPTH = 8;
const MAX_ENTRIES = 20;
const MAX_REASONS = 5;

/**
 * Why something failed, in whatever shape a service says it: a text, JSON in a text, a list, or an object with the
 * reason in one of many fields, also nested. Depth and breadth are bounded.
 *
 * `{ error: { detail: 'No credits' } }` and `[{ message: 'No credits' }]` are both `No credits`.
 *
 * @returns nothing if there is no text
 */
export function findReason(value: unknown, depth = MAX_DEPTH): string | undefined {
	if (typeof value === 'string') return fromText(value, depth);
	if (typeof value === 'number') return String(value);
	if (!isContainer(value) || depth === 0) return undefined;
	if (Array.isArray(value)) return fromList(value, depth);
	return (
		firstReason(fieldsOf(value, [...REASON_FIELDS, ...TEXT_FIELDS]), depth) ??
		fromList(Object.values(value).slice(0, MAX_ENTRIES).filter(isContainer), depth) ??
		firstReason(fieldsOf(value, CODE_FIELDS), depth)
	);
}

/** The reason among an object's own fields that can hold one; all other fields are data, and not searched. */
export function findReasonInFields(value: unknown): string | undefined {
	return isObject(value) ? firstReason(fieldsOf(value, REASON_FIELDS), MAX_DEPTH) : undefined;
}

function fieldsOf(value: object, names: string[]): unknown[] {
	return names.filter((name) => Object.hasOwn(value, name)).map((name) => Reflect.get(value, name));
}

function firstReason(values: unknown[], depth: number): string | undefined {
	for (const value of values) {
		const reason = findReason(value, depth - 1);
		if (reason !== undefined) return reason;
	}
	return undefined;
}

function fromText(text: string, depth: number): string | undefined {
	const trimmed = text.trim();
	const parsed = /^[[{]/.test(trimmed) && depth > 0 ? parseJson(trimmed) : undefined;
	return findReason(isContainer(parsed) ? parsed : undefined, depth - 1) ?? (trimmed || undefined);
}

function fromList(list: unknown[], depth: number): string | undefined {
	const reasons = list
		.slice(0, MAX_ENTRIES)
		.map((entry) => findReason(entry, depth - 1))
		.filter((reason) => reason !== undefined);
	return [...new Set(reasons)].slice(0, MAX_REASONS).join('; ') || undefined;
}
