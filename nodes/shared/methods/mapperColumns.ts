import type { FieldType, ResourceMapperField } from 'n8n-workflow';

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
