import type { IExecuteFunctions, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';
import { isJsonText } from '../api';
import { isObject } from '../../shared/http';
import { escapeHintText, info } from '../../shared/operations';

/** How many texts are read as JSON to find one: a hint needs a single example, and texts can be long. */
const TEXTS_READ = 100;

/**
 * What helps to understand these runs, put above them in the output pane.
 *
 * @param outputs items that hold a run each, or what came of an item without one
 * @param withCredits whether to add up what the runs cost: useful for those of this execution
 * @returns the same items
 */
export function withHints(
	context: IExecuteFunctions,
	outputs: INodeExecutionData[],
	withCredits = false,
): INodeExecutionData[] {
	const runs = outputs.map(({ json }) => json).filter(({ output }) => output !== undefined);
	const hints = [jsonTextHint(runs), emptyHint(runs), withCredits ? creditsHint(runs) : undefined];
	const found = hints.filter((hint) => hint !== undefined);
	if (found.length > 0) context.addExecutionHints(...found);
	return outputs;
}

type RunJson = INodeExecutionData['json'];

function jsonTextHint(runs: RunJson[]): NodeExecutionHint | undefined {
	let left = TEXTS_READ;
	for (const { output } of runs) {
		for (const [name, value] of Object.entries(isObject(output) ? output : {})) {
			if (!looksLikeJson(value)) continue;
			if (isJsonText(value)) {
				return info(
					`The output "${escapeHintText(name)}" is JSON text. Switch on the option Parse JSON Outputs to use its fields.`,
				);
			}
			if (isJson(value)) {
				return info(
					`The output "${escapeHintText(name)}" is JSON text and stays so, as a number in it would lose digits. Parse it in a way that keeps them.`,
				);
			}
			if (--left === 0) return undefined;
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
	const which = runs.length === 1 ? 'The run is' : `${empty.length} of ${runs.length} runs are`;
	return info(
		`${which} COMPLETE but without any output, such as ${escapeHintText(String(empty[0].id))}. Look in Copy.ai whether the workflow's last step puts something out for these variables.`,
	);
}

function isEmpty(output: unknown): boolean {
	if (isObject(output)) return Object.values(output).every(isEmpty);
	if (Array.isArray(output)) return output.length === 0;
	return output === '' || output === null;
}

function creditsHint(runs: RunJson[]): NodeExecutionHint | undefined {
	const byRun = new Map(runs.map(({ id, credits }) => [id, credits]));
	const known = [...byRun.values()].filter((credits) => typeof credits === 'number');
	const total = known.reduce((sum, credits) => sum + credits, 0);
	if (total === 0) return undefined;
	const runsWord = known.length === 1 ? 'This run' : `These ${known.length} runs`;
	// Fractions add up to more digits than they have.
	const amount = Number(total.toFixed(6));
	return info(`${runsWord} used ${amount} ${amount === 1 ? 'credit' : 'credits'} in Copy.ai.`);
}
