import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodePropertyOptions,
	UserError,
} from 'n8n-workflow';

/** An operation's story: what it does with all items. */
type Execute = (this: IExecuteFunctions) => Promise<INodeExecutionData[]>;

/** By resource and operation, as their parameters name them. */
export type Operations = Record<string, Record<string, { execute: Execute }>>;

/** The operations that start runs and follow them, as options. */
export const startAndWaitOperations: INodePropertyOptions[] = [
	{
		name: 'Start',
		value: 'start',
		action: 'Start run',
		description: 'Start one run per item and return its ID at once, without its outputs',
	},
	{
		name: 'Start and Wait',
		value: 'startAndWait',
		action: 'Start run and wait for its output',
		description: 'Start one run per item, wait until all are over and return their outputs',
	},
	{
		name: 'Wait',
		value: 'wait',
		action: 'Wait for run',
		description: 'Wait until runs that were started earlier are over and return their outputs',
	},
];

/** Runs the operation that the node is set to. */
export async function runOperation(
	context: IExecuteFunctions,
	operations: Operations,
): Promise<INodeExecutionData[][]> {
	const resource = context.getNodeParameter('resource', 0) as string;
	const operation = context.getNodeParameter('operation', 0) as string;
	const found = operations[resource]?.[operation];
	if (!found) throw new UserError(`There is no operation "${operation}" for "${resource}"`);
	return [await found.execute.call(context)];
}
