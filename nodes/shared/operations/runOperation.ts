import { type IExecuteFunctions, type INodeExecutionData, UserError } from 'n8n-workflow';
import { shownMessage } from '../http';

/** Does an operation for all items. */
type Execute = (this: IExecuteFunctions) => Promise<INodeExecutionData[]>;

/** By resource and operation, as their parameters name them: `operations.workflowRun.start.execute`. */
export type Operations = Record<string, Record<string, { execute: Execute }>>;

/** Runs the operation that is selected in the node. */
export async function runOperation(
	context: IExecuteFunctions,
	operations: Operations,
): Promise<INodeExecutionData[][]> {
	const resource = context.getNodeParameter('resource', 0) as string;
	const operation = context.getNodeParameter('operation', 0) as string;
	const selected = operations[resource]?.[operation];
	if (!selected) {
		throw new UserError(
			shownMessage(`The operation '${operation}' doesn't exist for the resource '${resource}'`),
		);
	}
	return [await selected.execute.call(context)];
}
