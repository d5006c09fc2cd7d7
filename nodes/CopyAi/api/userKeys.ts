import type { UserKeyRules } from '../../runs';
import {
	canonicalJson,
	type ErrorDetails,
	isObject,
	type JsonObject,
	parseJson,
} from '../../shared/http';
import { type CopyAiRun, keyText } from './run';
import type { StartRequest } from './service';

const ONE_KEY_PER_REQUEST =
	"A start key is for one set of values: use a value in 'Start Key' that identifies the row, such as its ID, and check that no item lacks it.";

/** A start key of the user's: starts with equal variables share its run. */
export const userKeys: UserKeyRules<StartRequest, CopyAiRun, ErrorDetails> = {
	textOf: ({ variables }) => canonicalJson(variables),
	textOfRun: ({ input }) => canonicalJson(input),
	isRunOf: ({ input }, { variables }) => isInputOf(input, variables),
	itemsError: (key, items) => ({
		message: `Items ${listed(items)} have the same start key, ${keyText(key)}, but different values`,
		description: `None of them was started. ${ONE_KEY_PER_REQUEST}`,
	}),
	runError: (key, id) => ({
		message: `The start key ${keyText(key)} belongs to run ${id}, which was started with different values`,
		description: `No run was started for this item. ${ONE_KEY_PER_REQUEST}`,
	}),
};

/** Whether a run's input is what these variables became: Copy.ai may leave out empty ones, and return numbers as text. */
function isInputOf(input: JsonObject, variables: JsonObject): boolean {
	if (Object.keys(input).length === 0) return true;
	const names = new Set([...Object.keys(input), ...Object.keys(variables)]);
	return [...names].every((name) => isSameValue(input[name], variables[name]));
}

function isSameValue(one: unknown, other: unknown): boolean {
	if (isEmpty(one) && isEmpty(other)) return true;
	return plain(one) === plain(other);
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}

/** A value whatever form it came in: `7` and `'7'` are the same, and so are a list and its JSON text. */
function plain(value: unknown): string {
	const parsed = typeof value === 'string' ? parseJson(value) : value;
	if (isObject(parsed) || Array.isArray(parsed)) return canonicalJson(parsed);
	return typeof value === 'string' ? value.trim() : String(value);
}

/** @example [0, 2, 5]: `0, 2 and 5` */
function listed(items: number[]): string {
	const shown = items.slice(0, 10).map(String);
	if (items.length > shown.length)
		return `${shown.join(', ')} and ${items.length - shown.length} more`;
	return `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
}
