import type { IExecuteFunctions } from 'n8n-workflow';
import { isObject, type JsonObject } from '../http';
import { ParameterError } from './errors';
import type { Variables } from './mapByName';
import { readMapped } from './mapper';
import { checkOutgoing, readObject } from './outgoing';
import type { ServiceText } from '../serviceText';

/**
 * @returns the start variables of one item, in whichever of the three forms they are entered
 * @throws ParameterError for a blank or repeated name, for JSON that is not an object, and for values that can't be
 * sent as they are
 */
export function readVariables(
	context: IExecuteFunctions,
	text: ServiceText,
	item: number,
): Variables {
	const { values, ...rest } = readEntered(context, text, item);
	return { values: checkOutgoing(values, 'Values'), ...rest };
}

function readEntered(context: IExecuteFunctions, text: ServiceText, item: number): Variables {
	switch (context.getNodeParameter('variablesInput', item, 'mapper')) {
		case 'json':
			return { values: readObject(context.getNodeParameter('variablesJson', item, ''), 'Values') };
		case 'fields': {
			const rows: unknown = context.getNodeParameter('variableFields.variable', item, []);
			return { values: readNamedValues(rows, text) };
		}
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
