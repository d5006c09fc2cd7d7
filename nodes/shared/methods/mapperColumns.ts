import type { FieldType, ResourceMapperField } from 'n8n-workflow';
import { isObject } from '../http';

/**
 * The editor stores a column under `value["<id>"]` and ends the id at the first `"]`. In a name that contains one, an
 * invisible character goes between the two.
 */
const END = '"]';
const MARKED_END = '"\u2060]';

/** The id of a column, in a form that the editor can store: `a "]b` → `a "\u2060]b`. */
function toColumnId(name: string): string {
	return name.replaceAll(END, MARKED_END);
}

/** The name of the workflow input that a column is for. */
export function toVariableName(columnId: string): string {
	return columnId.replaceAll(MARKED_END, END);
}

/** A start variable as a column of the resource mapper. */
export function toColumn(name: string, type: FieldType, required: boolean): ResourceMapperField {
	return {
		id: toColumnId(name),
		displayName: name,
		type,
		required,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
	};
}

/** The columns that a mapper has now. @param mapper the parameter as it is stored */
export function columnsIn(mapper: unknown): ResourceMapperField[] {
	if (!isObject(mapper) || !Array.isArray(mapper.schema)) return [];
	return mapper.schema.filter(isColumn);
}

function isColumn(column: unknown): column is ResourceMapperField {
	return isObject(column) && typeof column.id === 'string';
}

/**
 * The columns of a mapper that a new list would drop although they are in use: mapped one by one, those that hold a value;
 * mapped automatically, all of them, as only columns are sent.
 *
 * @param mapper the parameter as it is stored
 * @param fields the new list
 */
export function keptColumns(mapper: unknown, fields: ResourceMapperField[]): ResourceMapperField[] {
	const { mappingMode, value } = isObject(mapper) ? mapper : {};
	const isUsed = (id: string) =>
		mappingMode === 'autoMapInputData' || (isObject(value) && (value[id] ?? '') !== '');
	const listed = new Set(fields.map(({ id }) => id));
	return columnsIn(mapper)
		.filter(({ id, removed }) => removed !== true && !listed.has(id) && isUsed(id))
		.map(({ id, type }) => toColumn(toVariableName(id), type ?? 'string', false));
}
