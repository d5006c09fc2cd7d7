import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isObject, type JsonObject } from '../http';
import { isBlank } from './columns';
import { ParameterError } from './errors';
import type { Variables } from './mapByName';
import { readMapped } from './mapper';
import { checkOutgoing, readObject } from './outgoing';
import { readSwitch } from './parameters';
import type { ServiceText } from '../serviceText';

/**
 * @param options of the item: a run without any value is started only with `allowEmpty`, as it costs as much as others
 * @returns the start variables of one item, in whichever of the three forms they are entered
 * @throws ParameterError for a blank or repeated name, for JSON that is not an object, for values that can't be sent as
 * they are, and where no value holds anything
 */
export function readVariables(
	context: IExecuteFunctions,
	text: ServiceText,
	item: number,
	options: IDataObject,
): Variables {
	const { values: entered, ...rest } = readEntered(context, text, item);
	const values = checkOutgoing(entered, 'Values');
	const allowEmpty = readSwitch(options, 'allowEmpty', 'Start Without Variables');
	if (!allowEmpty && (rest.isUntouched || Object.values(values).every(isNothing))) {
		throw new ParameterError(
			"'Values' has no value for any variable",
			"Fill in at least one. If the workflow has no inputs, turn on 'Start Without Variables' under Options.",
		);
	}
	return { values, ...rest };
}

/** Blank text, an empty list or object, also as text, and what consists of such alone. */
function isNothing(value: unknown): boolean {
	if (Array.isArray(value)) return value.every(isNothing);
	if (isObject(value)) return !isDate(value) && Object.values(value).every(isNothing);
	// Beside what counts as white space, characters without width.
	const text = typeof value === 'string' ? value.replace(/[\s\u200b-\u200d\u2060]/g, '') : value;
	return isBlank(text) || text === '[]' || text === '{}';
}

/** Dates and their kin have a text of their own, though no fields. */
function isDate(value: JsonObject): boolean {
	return typeof value.toJSON === 'function';
}

function readEntered(context: IExecuteFunctions, text: ServiceText, item: number): Variables {
	switch (context.getNodeParameter('variablesInput', item, 'mapper')) {
		case 'json':
			return readJson(context.getNodeParameter('variablesJson', item, ''), text);
		case 'fields': {
			const rows: unknown = context.getNodeParameter('variableFields.variable', item, []);
			return { values: readNamedValues(rows, text) };
		}
		default:
			return readMapped(context, text, item);
	}
}

function readJson(entered: unknown, { readRequestBody }: ServiceText): Variables {
	const values = readObject(entered, 'Values');
	return readRequestBody?.(values) ?? { values };
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
