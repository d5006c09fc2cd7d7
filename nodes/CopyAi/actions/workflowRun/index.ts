import type { INodeProperties } from 'n8n-workflow';
import { startAndWaitOperations } from '../../../shared/actions/operations';
import * as get from './get.operation';
import * as getAll from './getAll.operation';
import * as start from './start.operation';
import * as startAndWait from './startAndWait.operation';
import * as wait from './wait.operation';

export const operations = { get, getAll, start, startAndWait, wait };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['workflowRun'] } },
		default: 'startAndWait',
		options: [
			{
				name: 'Get',
				value: 'get',
				action: 'Get run',
				description: 'Get the status of one run and, once it is over, its outputs',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many runs',
				description: 'Get the newest runs of a workflow, by status and time if you like',
			},
			...startAndWaitOperations,
		],
	},
	...start.description,
	...startAndWait.description,
	...wait.description,
	...get.description,
	...getAll.description,
];
