import { type IDataObject, type IExecuteFunctions, sleep } from 'n8n-workflow';
import { isObject, type JsonObject, toId, toWorkflowId } from '../../api';
import { toVariableName } from '../methods/columns';
import { Refusal, type Trouble } from './refusal';
import { CONCURRENCY } from '../../CopyAi/actions/tools';

/** How long items are read before other executions get their turn, ms: an expression takes half a millisecond. */
const SLICE_MS = 25;

/** What was read of each item: its value, or what is wrong with it. */
export type Read<T> = { item: number; value: T } | Trouble;

/**
 * Reads the parameters of all items before anything is sent.
 *
 * @param read reads one item; throws a `Refusal` for what is no good
 * @returns one entry per item, in order
 */
export async function readItems<T>(
	context: IExecuteFunctions,
	read: (item: number) => T,
): Promise<Array<Read<T>>> {
	const entries: Array<Read<T>> = [];
	let began = Date.now();
	for (let item = 0; item < context.getInputData().length; item++) {
		if (Date.now() - began > SLICE_MS) {
			await sleep(0);
			began = Date.now();
		}
		entries.push(readItem(item, read));
	}
	return entries;
}

function readItem<T>(item: number, read: (item: number) => T): Read<T> {
	try {
		return { item, value: read(item) };
	} catch (error) {
		if (error instanceof Refusal) return { item, ...error };
		// n8n's own, such as an expression that can't be evaluated: its words are the best there are.
		const { message, description } = error as Error & { description?: string };
		return {
			item,
			// The item is named by us.
			message: message.replace(/ \[item \d+\]$/i, ''),
			description: asSentence(description || 'Check the parameters of this item.'),
		};
	}
}

/** Something may be said after it. */
function asSentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** @throws Refusal when there is no id in it */
export function readWorkflowId(context: IExecuteFunctions, item: number): string {
	const entered = context.getNodeParameter('workflowId', item, '');
	const id = toWorkflowId(locatorValue(entered));
	if (id) return id;
	throw new Refusal(
		'No workflow ID in "Workflow"',
		"Enter the ID, or paste the address of the workflow from Copy.ai: both stand in the workflow's API tab.",
	);
}

/** @throws Refusal when there is no id in it */
export function readRunId(context: IExecuteFunctions, item: number): string {
	const id = toId(locatorValue(context.getNodeParameter('runId', item, '')));
	if (id) return id;
	throw new Refusal(
		'No run ID in "Run"',
		'Enter the ID of a run, as Start puts it out in the field "id".',
	);
}

function locatorValue(entered: unknown): unknown {
	return isObject(entered) && 'value' in entered ? entered.value : entered;
}

/**
 * @returns the start variables of one item, from whichever of the three forms is chosen
 * @throws Refusal for a blank or repeated name, and for JSON that is not an object
 */
export function readVariables(context: IExecuteFunctions, item: number): JsonObject {
	switch (context.getNodeParameter('variablesInput', item, 'mapper')) {
		case 'json':
			return readObject(context.getNodeParameter('variablesJson', item, ''), 'Values');
		case 'fields':
			return readNamedValues(context.getNodeParameter('variableFields.variable', item, []));
		default:
			return readMapped(context, item);
	}
}

function readNamedValues(entered: unknown): JsonObject {
	const rows = (Array.isArray(entered) ? entered : [entered]).filter(isObject);
	const names = new Set<string>();
	return Object.fromEntries(
		rows.map(({ name, value }, row) => {
			const text = String(name ?? '');
			if (text.trim() === '') {
				throw new Refusal(
					`The name of variable ${row + 1} in "Values" is blank`,
					"Enter the name of the workflow's input exactly as Copy.ai shows it, or remove the row.",
				);
			}
			if (names.has(text)) {
				throw new Refusal(
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

function readMapped(context: IExecuteFunctions, item: number): JsonObject {
	// As it stands first: with Map Automatically its value is null, and reading that part throws.
	const raw: unknown = context.getNodeParameter('variables', item, {}, { rawExpressions: true });
	const mapper: unknown = isObject(raw) ? raw : context.getNodeParameter('variables', item, {});
	if (!isObject(mapper)) return {};
	if (mapper.mappingMode === 'autoMapInputData') return readByName(context, item, mapper);
	if (mapper.value === null || mapper.value === undefined) return {};
	// This part of it is what n8n checks, and converts, by the types of the columns.
	const values: unknown = isObject(raw)
		? context.getNodeParameter('variables.value', item, {})
		: mapper.value;
	if (!isObject(values)) {
		throw new Refusal(
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
function readByName(context: IExecuteFunctions, item: number, mapper: Mapper): JsonObject {
	const columns = columnsOf(mapper).filter(({ removed }) => !removed);
	const names = columns.map(({ id }) => toVariableName(String(id)));
	if (names.length === 0) {
		throw new Refusal(
			'"Map Automatically" has no fields to look for',
			'Open the node, so that it loads the inputs of the workflow\'s past runs. For a workflow without inputs set Mapping Column Mode to "Map Each Column Manually".',
		);
	}
	const { json } = context.getInputData()[item];
	const found = names.filter((name) => Object.hasOwn(json, name));
	if (found.length === 0) {
		throw new Refusal(
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

/**
 * @param entered JSON text or, from an expression, the object itself
 * @param name the parameter, as shown
 */
export function readObject(entered: unknown, name: string): JsonObject {
	let value = entered;
	let flaw: string | undefined;
	if (typeof entered === 'string') {
		try {
			value = JSON.parse(entered);
		} catch (error) {
			flaw = (error as Error).message;
		}
	}
	if (flaw) {
		throw new Refusal(
			`"${name}" is not valid JSON: ${flaw}`,
			'Enter a JSON object, for example { "Input 1": "text" }. Names and texts stand in double quotes.',
		);
	}
	if (isObject(value)) return value;
	throw new Refusal(
		`"${name}" is not a JSON object`,
		'Enter names and values in braces, for example { "Input 1": "text" }; a list, a text or a number alone will not do.',
	);
}

/** @returns a number of at least `least`. @throws Refusal for anything else */
export function readNumber(
	options: IDataObject,
	name: string,
	label: string,
	preset: number,
	least = 1,
): number {
	const entered = options[name] ?? preset;
	const number = typeof entered === 'string' && entered.trim() !== '' ? Number(entered) : entered;
	if (typeof number === 'number' && Number.isFinite(number) && number >= least) return number;
	throw new Refusal(
		`"${label}" is ${JSON.stringify(entered)}, which is not a number of at least ${least}`,
		`Enter a number of at least ${least}, or remove it for the usual ${preset}.`,
	);
}

export function readOptions(context: IExecuteFunctions, item: number): IDataObject {
	return context.getNodeParameter('options', item, {}) as IDataObject;
}

/** For all items together, so the first one's counts. */
export function readConcurrency(context: IExecuteFunctions): number {
	return Math.floor(readNumber(readOptions(context, 0), 'concurrency', 'Concurrency', CONCURRENCY));
}
