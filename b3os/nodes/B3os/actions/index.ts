import type { INodeProperties } from 'n8n-workflow';
import * as workflowRun from './workflowRun';

export const operations = { workflowRun: workflowRun.operations };

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
