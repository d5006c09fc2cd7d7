import type { IExecuteFunctions } from 'n8n-workflow';
import { isObject, type JsonObject } from '../http';
import { toVariableName } from '../methods/mapperColumns';
import { readObject } from './parameters';
import { ParameterError } from './errors';
import type { ServiceText } from '../serviceText';

/**
 * @returns the start variables of one item, in whichever of the three forms they are entered
 * @throws ParameterError for a blank or repeated name, and for JSON that is not an object
 */
export function readVariables(
	context: IExecuteFunctions,
	text: ServiceText,
	item: number,
): JsonObject {
	switch (context.getNodeParameter('variablesInput', item, 'mapper')) {
		case 'json':
			return readObject(context.getNodeParameter('variablesJson', item, ''), 'Values');
		case 'fields':
			return readNamedValues(context.getNodeParameter('variableFields.variable', item, []), text);
		default:
			return readMapped(context, text, item);
	}
}

function readNamedValues(entered: unknown, { sentences }: ServiceText): JsonObject {
	const rows = (Array.isArray(entered) ? entered : [entered]).filter(isObject);
	const names = new Set<string>();
	return Object.fromEntries(
		rows.map(({ name, value }, row) => {
			const variable = String(name ?? '');
			if (variable.trim() === '') {
				throw new ParameterError(
					`Variable ${row + 1} in 'Values' has no name`,
					sentences.nameVariable,
				);
			}
			if (names.has(variable)) {
				throw new ParameterError(
					`The variable '${variable}' is listed twice in 'Values'`,
					'Each variable can have only one value. Remove one of the rows.',
				);
			}
			names.add(variable);
			return [variable, value ?? ''];
		}),
	);
}

/** A resource mapper as n8n stores it, its values by column id. */
interface Mapper {
	mappingMode?: unknown;
	value?: unknown;
	schema?: unknown;
}

function readMapped(context: IExecuteFunctions, text: ServiceText, item: number): JsonObject {
	// The raw parameter first: with Map Automatically its value is null, and reading that part throws.
	const raw: unknown = context.getNodeParameter('variables', item, {}, { rawExpressions: true });
	const mapper: unknown = isObject(raw) ? raw : context.getNodeParameter('variables', item, {});
	if (!isObject(mapper)) return {};
	if (mapper.mappingMode === 'autoMapInputData') return readByName(context, text, item, mapper);
	if (mapper.value === null || mapper.value === undefined) return {};
	// Only values read by this path are validated and converted by n8n to the types of the columns.
	const values: unknown = isObject(raw)
		? context.getNodeParameter('variables.value', item, {})
		: mapper.value;
	if (!isObject(values)) {
		throw new ParameterError(
			"'Values' must be an object",
			"Fill in the fields individually, or set 'Variables' to 'Using JSON' to enter them all at once.",
		);
	}
	const removed = new Set(
		columnsOf(mapper)
			.filter((column) => column.removed)
			.map(({ id }) => id),
	);
	return Object.fromEntries(
		Object.entries(values)
			.filter(([id, value]) => value !== null && value !== undefined && !removed.has(id))
			.map(([id, value]) => [toVariableName(id), value]),
	);
}

/** Map Automatically: the item's fields that have the names of columns. */
function readByName(
	context: IExecuteFunctions,
	{ sentences }: ServiceText,
	item: number,
	mapper: Mapper,
): JsonObject {
	const columns = columnsOf(mapper).filter(({ removed }) => !removed);
	const names = columns.map(({ id }) => toVariableName(String(id)));
	if (names.length === 0) {
		throw new ParameterError("'Map Automatically' has no fields to map", sentences.loadColumns);
	}
	const { json } = context.getInputData()[item];
	const found = names.filter((name) => Object.hasOwn(json, name));
	if (found.length === 0) {
		throw new ParameterError(
			`None of the item's fields match the workflow's inputs: ${listNames(names)}`,
			"Names must match exactly, including case, spaces and hyphens. Rename the item's fields, or set 'Mapping Column Mode' to 'Map Each Column Manually'.",
		);
	}
	return Object.fromEntries(found.map((name) => [name, json[name]]));
}

function columnsOf({ schema }: Mapper): JsonObject[] {
	return Array.isArray(schema)
		? schema.filter(isObject).filter(({ id }) => typeof id === 'string')
		: [];
}

function listNames(names: string[]): string {
	const listed = names.slice(0, 10).map((name) => `'${name}'`);
	return `${listed.join(', ')}${names.length > listed.length ? ' and more' : ''}`;
}
