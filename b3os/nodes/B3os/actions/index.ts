import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	UserError,
} from 'n8n-workflow';
import * as workflowRun from './workflowRun';

type Execute = (this: IExecuteFunctions) => Promise<INodeExecutionData[]>;

const resources: Record<string, { operations: Record<string, { execute: Execute }> }> = {
	workflowRun,
};

export const description: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		default: 'workflowRun',
		options: [{ name: 'Workflow Run', value: 'workflowRun' }],
	},
	...workflowRun.description,
];

/** @returns what the operation does with all items */
export function operationOf(resource: string, operation: string): Execute {
	const found = resources[resource]?.operations[operation];
	if (!found) throw new UserError(`There is no operation "${operation}" for "${resource}"`);
	return found.execute;
}
