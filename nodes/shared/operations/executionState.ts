import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

/**
 * State that earlier attempts of this execution have left: Retry On Fail and Executions > Retry run the whole node
 * again, and what is done must not be done twice. n8n keeps a node's context over the attempts under the node's name
 * alone, so a loop needs the run index too.
 *
 * @param name of the state, such as `starts`; it is persisted and can't be changed after a release
 * @param initial for the first attempt
 * @returns an object whose changes are there in the next attempt
 */
export function getExecutionState<T extends object>(
	context: IExecuteFunctions,
	name: string,
	initial: T,
): T {
	const state: IDataObject & Record<string, Record<number, T>> = context.getContext('node');
	const runIndex = context.getWorkflowDataProxy(0).$runIndex as number;
	state[name] ??= {};
	return (state[name][runIndex] ??= initial);
}

/** What this node's other turns in the execution have noted: a loop enters it once per run index. Not to be changed. */
export function getOtherTurns<T extends object>(context: IExecuteFunctions, what: string): T[] {
	const state: Record<string, Record<string, T> | undefined> = context.getContext('node');
	const runIndex = String(context.getWorkflowDataProxy(0).$runIndex);
	return Object.entries(state[what] ?? {}).flatMap(([index, noted]) =>
		index === runIndex ? [] : [noted],
	);
}
