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
				description: 'Register a URL that Copy.ai sends one kind of event to',
			},
			{
				name: 'Delete',
				value: 'delete',
				action: 'Delete webhook',
				description: 'Delete a registration, so that its URL gets no more events',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get webhook',
				description: 'Get the URL, event and workflow of one registration',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many webhooks',
				description: "Get the workspace's registrations, those of Copy.ai Triggers included",
			},
		],
	},
	...create.description,
	...deleteOne.description,
	...get.description,
	...getAll.description,
];
