import type { INodeProperties } from 'n8n-workflow';
import * as create from './create.operation';
import * as deleteOne from './delete.operation';
import * as get from './get.operation';
import * as getAll from './getAll.operation';

export const operations = { create, delete: deleteOne, get, getAll };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['webhook'] } },
		default: 'getAll',
		options: [
			{
				name: 'Create',
				value: 'create',
				action: 'Create webhook',
				description:
					'Register a URL to receive one type of event. The Copy.ai Trigger node does this by itself.',
			},
			{
				name: 'Delete',
				value: 'delete',
				action: 'Delete webhook',
				description: 'Delete a webhook permanently',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get webhook',
				description: 'Retrieve a webhook with its URL, event and workflow',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many webhooks',
				description: 'Retrieve a list of webhooks, including those of Copy.ai Trigger nodes',
			},
		],
	},
	...create.description,
	...deleteOne.description,
	...get.description,
	...getAll.description,
];
