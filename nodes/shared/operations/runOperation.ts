import { type IExecuteFunctions, type INodeExecutionData, UserError } from 'n8n-workflow';
import { shownMessage } from '../http';

/** Does an operation for all items. Answers the items of the first output, or of each. */
type Execute = (this: IExecuteFunctions) => Promise<INodeExecutionData[] | INodeExecutionData[][]>;

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
	const output = await selected.execute.call(context);
	return isByOutput(output) ? output : [output];
}

function isByOutput(
	output: INodeExecutionData[] | INodeExecutionData[][],
): output is INodeExecutionData[][] {
	return Array.isArray(output[0]);
}
