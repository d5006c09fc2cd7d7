import type { IDataObject } from 'n8n-workflow';
import type { JsonObject } from '../http';
import { type Column, toNumberValue } from './columns';
import { ParameterError } from './errors';
import type { ServiceText } from '../serviceText';

const MAX_LISTED = 10;

/** Variables of one item, and what a user may want to know of them. */
export interface Variables {
	values: JsonObject;
	/** Custom data that came with them in a whole request body. */
	metadata?: JsonObject;
	nearMatches?: NearMatch[];
	/** Whether nobody has filled in anything, whatever the values are. */
	isUntouched?: boolean;
}

/** A field of the item that nearly has the name of an input: `topic ` and `Topic`. */
export interface NearMatch {
	field: string;
	input: string;
}

/**
 * Map Automatically: the item's fields that have the names of columns. Names are the same in any Unicode form, and with
 * or without a byte order mark, as they look the same. Values go out as they are; a number column takes numbers only.
 *
 * @throws ParameterError when there are no columns, and when no field of the item matches one
 */
export function mapByName(
	json: IDataObject,
	allColumns: Column[],
	{ sentences }: ServiceText,
): Variables {
	const columns = allColumns.filter(({ removed }) => !removed);
	if (columns.length === 0) {
		throw new ParameterError("'Map Automatically' has no fields to map", sentences.loadColumns);
	}
	const fields = new Map(Object.keys(json).map((field) => [sameForm(field), field]));
	const matched = columns.flatMap((column) => {
		const { name } = column;
		const field = Object.hasOwn(json, name) ? name : fields.get(sameForm(name));
		return field === undefined ? [] : [{ column, value: json[field] }];
	});
	if (matched.length === 0) throw noMatch(columns, nearMatches(json, columns));

	const sent = matched.filter(({ column, value }) => isSent(column, value));
	const taken = new Set(matched.map(({ column }) => column));
	return {
		values: Object.fromEntries(sent.map(({ column, value }) => [column.name, value])),
		nearMatches: nearMatches(
			json,
			columns.filter((column) => !taken.has(column)),
		),
	};
}

/** @throws ParameterError for a value of a number column that isn't a number */
function isSent({ name, type }: Column, value: unknown): boolean {
	if (value === undefined || value === null || type !== 'number') return true;
	return toNumberValue(value, name) !== undefined;
}

/** A name in one Unicode form, without a byte order mark. */
function sameForm(name: string): string {
	return name.replace(/^\uFEFF/, '').normalize('NFC');
}

/** The same for names that differ only in case, blanks, hyphens and underscores. */
function looseForm(name: string): string {
	return sameForm(name)
		.toLowerCase()
		.replace(/[\s_-]+/g, '');
}

function nearMatches(json: IDataObject, columns: Column[]): NearMatch[] {
	const fields = new Map(Object.keys(json).map((field) => [looseForm(field), field]));
	return columns.flatMap(({ name }) => {
		const field = fields.get(looseForm(name));
		return field === undefined ? [] : [{ field, input: name }];
	});
}

function noMatch(columns: Column[], near: NearMatch[]): ParameterError {
	const question =
		near.length > 0 ? ` The field '${near[0].field}' is nearly '${near[0].input}'.` : '';
	return new ParameterError(
		`None of the item's fields match the workflow's inputs: ${listNames(columns)}`,
		`Names must match exactly, including case, spaces and hyphens. Rename the item's fields, or set 'Mapping Column Mode' to 'Map Each Column Manually'.${question}`,
	);
}

function listNames(columns: Column[]): string {
	const listed = columns.slice(0, MAX_LISTED).map(({ name }) => `'${name}'`);
	return `${listed.join(', ')}${columns.length > listed.length ? ' and more' : ''}`;
}
