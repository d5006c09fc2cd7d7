import { type FieldType, validateFieldType } from 'n8n-workflow';
import { isObject, type JsonObject } from '../http';
import { toVariableName } from '../methods/mapperColumns';
import { ParameterError } from './errors';
import { toJsonText } from '../http/jsonText';
import { isNumberText, toExactNumber } from './numbers';

/** A column of the resource mapper, as n8n stores it with the values. */
export interface Column {
	/** Key of its value. */
	id: string;
	/** The input's name. */
	name: string;
	type: string;
	required: boolean;
	removed: boolean;
}

/** @param schema as n8n stores it; anything else has no columns */
export function columnsOf(schema: unknown): Column[] {
	if (!Array.isArray(schema)) return [];
	return schema
		.filter(isObject)
		.filter((column): column is JsonObject & { id: string } => typeof column.id === 'string')
		.map(({ id, type, required, removed }) => ({
			id,
			name: toVariableName(id),
			type: String(type ?? ''),
			required: required === true,
			removed: removed === true,
		}));
}

/**
 * @returns the value as its column's type wants it; nothing for one that is not to be sent
 * @throws ParameterError, naming the input, for a value that isn't of the type
 */
export function toColumnValue(
	value: unknown,
	{ name, type }: Pick<Column, 'name' | 'type'>,
): unknown {
	if (value === null || value === undefined) return undefined;
	switch (type) {
		case '':
			return value;
		case 'string':
			// A number or boolean stays one: past values may have been of several types.
			return typeof value === 'object' ? textOf(value) : value;
		case 'number':
			return toNumberValue(value, name);
		default:
			return toTypedValue(value, name, type as FieldType);
	}
}

/** Whether a value is nothing, or text of nothing but spaces. */
export function isBlank(value: unknown): boolean {
	return (value ?? '') === '' || (typeof value === 'string' && value.trim() === '');
}

/** Dates and their kin have a text of their own. */
function textOf(value: object): string {
	const json: unknown =
		'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : value;
	return typeof json === 'string' ? json : toJsonText(json);
}

/** @returns nothing for blank text. @throws ParameterError for whatever isn't a number with all its digits */
export function toNumberValue(value: unknown, name: string): number | undefined {
	if (isBlank(value)) return undefined;
	const number = toExactNumber(value);
	if (number !== undefined) return number;
	const advice = isNumberText(value)
		? " To send a number with this many digits, set 'Variables' to 'Using JSON' and put it in double quotes."
		: '';
	throw new ParameterError(
		`Invalid input for '${name}'`,
		`'${name}' expects a number but we got '${shown(value)}'.${advice}`,
	);
}

function toTypedValue(value: unknown, name: string, type: FieldType): unknown {
	const result = validateFieldType(name, value, type);
	if (result.valid) return result.newValue;
	throw new ParameterError(`Invalid input for '${name}'`, `${result.errorMessage}.`);
}

function shown(value: unknown): string {
	return (typeof value === 'string' ? value : toJsonText(value)).slice(0, 100);
}
