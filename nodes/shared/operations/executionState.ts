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
