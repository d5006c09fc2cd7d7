import type { INodeProperties } from 'n8n-workflow';
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
			{
				name: 'Start',
				value: 'start',
				action: 'Start run',
				description: 'Start one run per item and return its ID at once, without its outputs',
			},
			{
				name: 'Start and Wait',
				value: 'startAndWait',
				action: 'Start run and wait for its output',
				description: 'Start one run per item, wait until all are over and return their outputs',
			},
			{
				name: 'Wait',
				value: 'wait',
				action: 'Wait for run',
				description: 'Wait until runs that were started earlier are over and return their outputs',
			},
		],
	},
	...start.description,
	...startAndWait.description,
	...wait.description,
	...get.description,
	...getAll.description,
	...cancel.description,
];
