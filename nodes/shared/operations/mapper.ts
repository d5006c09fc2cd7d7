import type { IExecuteFunctions } from 'n8n-workflow';
import { isObject, type JsonObject } from '../http';
import { toVariableName } from '../methods/mapperColumns';
import { type Column, columnsOf, isBlank, toColumnValue } from './columns';
import { ParameterError } from './errors';
import { mapByName, type Variables } from './mapByName';
import type { ServiceText } from '../serviceText';

/** Variables from the resource mapper, in either of its modes. */
export function readMapped(context: IExecuteFunctions, text: ServiceText, item: number): Variables {
	// The parameter as a whole: read by the path of its values, n8n would convert them, `''` and `[]` to 0.
	const mapper: unknown = context.getNodeParameter('variables', item, {});
	if (!isObject(mapper)) return { values: {} };
	const columns = columnsOf(mapper.schema);
	if (mapper.mappingMode === 'autoMapInputData') {
		return mapByName(context.getInputData()[item].json, columns, text);
	}
	const { value } = mapper;
	if (value === null || value === undefined) return { values: {} };
	if (!isObject(value)) {
		throw new ParameterError(
			"'Values' must be an object",
			"Fill in the fields individually, or set 'Variables' to 'Using JSON' to enter them all at once.",
		);
	}
	const values = toVariables(value, columns);
	// The editor itself sets the field of a boolean to false.
	const isUntouched = Object.values(values).every((sent) => sent === false || isBlank(sent));
	return { values, isUntouched };
}

/** @param mapped values by column id */
function toVariables(mapped: JsonObject, columns: Column[]): JsonObject {
	const byId = new Map(columns.map((column) => [column.id, column]));
	const sent = Object.entries(mapped)
		.filter(([id]) => byId.get(id)?.removed !== true)
		.map(([id, value]): [string, unknown] => {
			const column = byId.get(id) ?? { name: toVariableName(id), type: '' };
			return [column.name, toColumnValue(value, column)];
		})
		.filter(([, value]) => value !== undefined);
	const names = new Set(sent.map(([name]) => name));
	const missing = columns.find((column) => isMissing(column, mapped, names));
	if (missing) {
		throw new ParameterError(
			`Invalid input for '${missing.name}'`,
			`'${missing.name}' is required, but has no value.`,
		);
	}
	return Object.fromEntries(sent);
}

function isMissing(column: Column, mapped: JsonObject, sent: Set<string>): boolean {
	const { id, name, type, required, removed } = column;
	return required && !removed && type !== 'boolean' && id in mapped && !sent.has(name);
}
