import type { INodeProperties } from 'n8n-workflow';
import * as webhook from './webhook';
import * as workflowRun from './workflowRun';

export const operations = {
	webhook: webhook.operations,
	workflowRun: workflowRun.operations,
};

export const description: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		default: 'workflowRun',
		options: [
			{ name: 'Workflow Run', value: 'workflowRun' },
			{ name: 'Webhook', value: 'webhook' },
		],
	},
	...webhook.description,
	...workflowRun.description,
];
