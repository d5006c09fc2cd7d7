import type { INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';
import { isJsonText } from '../api';
import { isObject } from '../../shared/http';
import { escapeHintText, info } from '../../shared/operations';

/** How many texts are checked for JSON: a hint needs one example, and texts can be long. */
const MAX_TEXTS_CHECKED = 100;

type RunJson = INodeExecutionData['json'];

/** @returns hints that help to understand the output of these runs */
export function runHints(outputs: INodeExecutionData[]): NodeExecutionHint[] {
	const runs = runsOf(outputs);
	return [jsonTextHint(runs), emptyHint(runs)].filter((hint) => hint !== undefined);
}

/** Items with a run; not those that failed. */
function runsOf(outputs: INodeExecutionData[]): RunJson[] {
	return outputs.map(({ json }) => json).filter(({ output }) => output !== undefined);
}

function jsonTextHint(runs: RunJson[]): NodeExecutionHint | undefined {
	let left = MAX_TEXTS_CHECKED;
	for (const { output } of runs) {
		for (const [name, value] of Object.entries(isObject(output) ? output : {})) {
			if (!looksLikeJson(value)) continue;
			if (isJsonText(value)) {
				return info(
					`Output '${escapeHintText(name)}' is JSON text. Turn on 'Parse JSON Outputs' to use its fields.`,
				);
			}
			if (isJson(value)) {
				return info(
					`Output '${escapeHintText(name)}' was left as JSON text because parsing it would change a large number.`,
				);
			}
			left -= 1;
			if (left === 0) return undefined;
		}
	}
	return undefined;
}

function looksLikeJson(value: unknown): value is string {
	return (
		typeof value === 'string' && (/^\s*\{[^]*\}\s*$/.test(value) || /^\s*\[[^]*\]\s*$/.test(value))
	);
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}

function emptyHint(runs: RunJson[]): NodeExecutionHint | undefined {
	const empty = runs.filter(({ status, output }) => status === 'COMPLETE' && isEmpty(output));
	if (empty.length === 0) return undefined;
	const which =
		runs.length === 1
			? 'The run finished without output:'
			: `${empty.length} of ${runs.length} runs finished without output, for example`;
	return info(
		`${which} ${escapeHintText(String(empty[0].id))}. Check in Copy.ai that the workflow's last step returns output for these variables.`,
	);
}

function isEmpty(output: unknown): boolean {
	if (isObject(output)) return Object.values(output).every(isEmpty);
	if (Array.isArray(output)) return output.length === 0;
	return output === '' || output === null;
}
