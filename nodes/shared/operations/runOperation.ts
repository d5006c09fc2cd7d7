import { type IExecuteFunctions, type INodeExecutionData, UserError } from 'n8n-workflow';

/** An operation's story: what it does with all items. */
type Execute = (this: IExecuteFunctions) => Promise<INodeExecutionData[]>;

/** By resource and operation, as their parameters name them. */
export type Operations = Record<string, Record<string, { execute: Execute }>>;

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
