import type { FieldType, ResourceMapperField } from 'n8n-workflow';

/**
 * The editor keeps a column under `value["<id>"]` and takes the id for ended at the first `"]`: a name that holds one
 * has an invisible mark put between the two.
 */
const END = '"]';
const MARKED_END = '"\u2060]';

/** The id of a column, which n8n can carry. */
function toColumnId(name: string): string {
	return name.replaceAll(END, MARKED_END);
}

/** The name of the input that a column stands for. */
export function toVariableName(columnId: string): string {
	return columnId.replaceAll(MARKED_END, END);
}

/** A start variable as a column. */
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
