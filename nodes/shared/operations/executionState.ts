import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

/**
 * What earlier tries of this execution have noted: Retry On Fail and Executions > Retry run the whole node again, and
 * what is done must not be done twice. n8n keeps a node's context over the tries, by the node's name alone: a loop
 * enters it once per run index.
 *
 * @param what is noted
 * @param none for the first try
 * @returns what is kept for the next try too, with everything that is put into it
 */
export function getExecutionState<T extends object>(
	context: IExecuteFunctions,
	what: string,
	none: T,
): T {
	const state: IDataObject & Record<string, Record<number, T>> = context.getContext('node');
	const runIndex = context.getWorkflowDataProxy(0).$runIndex as number;
	state[what] ??= {};
	return (state[what][runIndex] ??= none);
}

/** What this node's other turns in the execution have noted: a loop enters it once per run index. Not to be changed. */
export function getOtherTurns<T extends object>(context: IExecuteFunctions, what: string): T[] {
	const state: Record<string, Record<string, T> | undefined> = context.getContext('node');
	const runIndex = String(context.getWorkflowDataProxy(0).$runIndex);
	return Object.entries(state[what] ?? {}).flatMap(([index, noted]) =>
		index === runIndex ? [] : [noted],
	);
}
