import type { IExecuteFunctions } from 'n8n-workflow';
import { isObject, type JsonObject } from '../http';
import { toVariableName } from '../methods/mapperColumns';
import { readObject } from './parameters';
import { ParameterError } from './errors';
import type { ServiceText } from '../serviceText';

/**
 * @returns the start variables of one item, from whichever of the three forms is chosen
 * @throws Refusal for a blank or repeated name, and for JSON that is not an object
 */
export function readVariables(
	context: IExecuteFunctions,
	words: ServiceText,
	item: number,
): JsonObject {
	switch (context.getNodeParameter('variablesInput', item, 'mapper')) {
		case 'json':
			return readObject(context.getNodeParameter('variablesJson', item, ''), 'Values');
		case 'fields':
			return readNamedValues(context.getNodeParameter('variableFields.variable', item, []), words);
		default:
			return readMapped(context, words, item);
	}
}

function readNamedValues(entered: unknown, service: ServiceText): JsonObject {
	const rows = (Array.isArray(entered) ? entered : [entered]).filter(isObject);
	const names = new Set<string>();
	return Object.fromEntries(
		rows.map(({ name, value }, row) => {
			const text = String(name ?? '');
			if (text.trim() === '') {
				throw new ParameterError(
					`The name of variable ${row + 1} in "Values" is blank`,
					`Enter the name of the workflow's input exactly as ${service.name} shows it, or remove the row.`,
				);
			}
			if (names.has(text)) {
				throw new ParameterError(
					`The variable "${text}" stands twice in "Values"`,
					'Each variable has one value. Remove one of the rows.',
				);
			}
			names.add(text);
			return [text, value ?? ''];
		}),
	);
}

/** What n8n keeps of a resource mapper. The names in it are columns' ids. */
interface Mapper {
	mappingMode?: unknown;
	value?: unknown;
	schema?: unknown;
}

function readMapped(context: IExecuteFunctions, words: ServiceText, item: number): JsonObject {
	// As it stands first: with Map Automatically its value is null, and reading that part throws.
	const raw: unknown = context.getNodeParameter('variables', item, {}, { rawExpressions: true });
	const mapper: unknown = isObject(raw) ? raw : context.getNodeParameter('variables', item, {});
	if (!isObject(mapper)) return {};
	if (mapper.mappingMode === 'autoMapInputData') return readByName(context, words, item, mapper);
	if (mapper.value === null || mapper.value === undefined) return {};
	// This part of it is what n8n checks, and converts, by the types of the columns.
	const values: unknown = isObject(raw)
		? context.getNodeParameter('variables.value', item, {})
		: mapper.value;
	if (!isObject(values)) {
		throw new ParameterError(
			'"Values" is not an object of names and values',
			'Fill in its fields one by one, or set Variables to "JSON" to enter all of them at once.',
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

/** Map Automatically: what the item holds under the names of the columns. */
function readByName(
	context: IExecuteFunctions,
	{ columns: inputs }: ServiceText,
	item: number,
	mapper: Mapper,
): JsonObject {
	const columns = columnsOf(mapper).filter(({ removed }) => !removed);
	const names = columns.map(({ id }) => toVariableName(String(id)));
	if (names.length === 0) {
		throw new ParameterError(
			'"Map Automatically" has no fields to look for',
			`Open the node, so that it loads ${inputs}. For a workflow without inputs set Mapping Column Mode to "Map Each Column Manually".`,
		);
	}
	const { json } = context.getInputData()[item];
	const found = names.filter((name) => Object.hasOwn(json, name));
	if (found.length === 0) {
		throw new ParameterError(
			`The item has no field for "Map Automatically"; the inputs of the workflow are ${shownNames(names)}`,
			'Names count to the letter: case, blanks and hyphens matter. Rename the fields of the item, or set Mapping Column Mode to "Map Each Column Manually".',
		);
	}
	return Object.fromEntries(found.map((name) => [name, json[name]]));
}

function columnsOf({ schema }: Mapper): JsonObject[] {
	return Array.isArray(schema)
		? schema.filter(isObject).filter(({ id }) => typeof id === 'string')
		: [];
}

function shownNames(names: string[]): string {
	const shown = names.slice(0, 10).map((name) => `"${name}"`);
	return `${shown.join(', ')}${names.length > shown.length ? ' and more' : ''}`;
}
