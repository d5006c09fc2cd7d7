import type { INodeProperties } from 'n8n-workflow';
import { startAndWaitOperations } from '../../../../../nodes/shared/actions/operations';
import * as cancel from './cancel.operation';
import * as get from './get.operation';
import * as getAll from './getAll.operation';
import * as start from './start.operation';
import * as startAndWait from './startAndWait.operation';
import * as wait from './wait.operation';

export const operations = { cancel, get, getAll, start, startAndWait, wait };

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
				name: 'Cancel',
				value: 'cancel',
				action: 'Cancel run',
				description: 'Cancel a run that is not over',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get run',
				description: 'Get the status of one run and what its nodes have put out so far',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many runs',
				description: 'Get the newest runs of a workflow, by status if you like',
			},
			...startAndWaitOperations,
		],
	},
	...start.description,
	...startAndWait.description,
	...wait.description,
	...get.description,
	...getAll.description,
	...cancel.description,
];
