import type { FieldType, ResourceMapperField } from 'n8n-workflow';
import type { JsonObject } from '../../api';

/** Names that n8n drops wherever it copies an object. */
const DROPPED_BY_N8N = ['__proto__', 'constructor', ''];

/**
 * The editor keeps a column under `value["<id>"]` and takes the id for ended at the first `"]`: a name that holds one
 * has an invisible mark put between the two.
 */
const END = '"]';
const MARKED_END = '"\u2060]';

/** The id of a column, which n8n can carry. */
export function toColumnId(name: string): string {
	return name.replaceAll(END, MARKED_END);
}

/** The name of the input that a column stands for. */
export function toVariableName(columnId: string): string {
	return columnId.replaceAll(MARKED_END, END);
}

/**
 * The inputs of past runs as columns, all optional: the union of their names, in the order in which they first show up.
 *
 * @param inputs of the runs, newest first
 */
export function toColumns(inputs: JsonObject[]): ResourceMapperField[] {
	const names = new Set(inputs.flatMap((input) => Object.keys(input)));
	return [...names]
		.filter((name) => !DROPPED_BY_N8N.includes(name))
		.map((name) => ({
			id: toColumnId(name),
			displayName: name,
			type: typeOf(inputs.map((input) => input[name])),
			required: false,
			defaultMatch: false,
			canBeUsedToMatch: false,
			display: true,
		}));
}

/** Text unless every past value was a number, or every one a boolean: a wrong guess would refuse good values. */
function typeOf(values: unknown[]): FieldType {
	const given = values.filter((value) => value !== undefined && value !== null);
	const types = new Set(given.map((value) => typeof value));
	if (types.size === 1 && types.has('number')) return 'number';
	if (types.size === 1 && types.has('boolean')) return 'boolean';
	return 'string';
}
