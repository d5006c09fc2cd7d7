import type { INodeProperties } from 'n8n-workflow';
import { helperSteps } from './asleep';
import * as cancel from './cancel.operation';
import * as get from './get.operation';
import * as getAll from './getAll.operation';
import * as retry from './retry.operation';
import * as start from './start.operation';
import * as startAndWait from './startAndWait.operation';
import * as wait from './wait.operation';

export const operations = { cancel, get, getAll, retry, start, startAndWait, wait, ...helperSteps };

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
				description: 'Cancel a run that is still in progress',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get run',
				description: 'Retrieve a run with its status and its output so far',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many runs',
				description: "Retrieve a list of a workflow's runs, optionally filtered by status",
			},
			{
				name: 'Retry',
				value: 'retry',
				action: 'Retry run',
				description: 'Continue a failed or canceled run at the point of its failure, as a new run',
			},
			{
				name: 'Start',
				value: 'start',
				action: 'Start run',
				description: 'Start a run for each item and return its ID without waiting for it to finish',
			},
			{
				name: 'Start and Wait',
				value: 'startAndWait',
				action: 'Run workflow and get its output',
				description:
					'Start a run for each item, wait for all runs to finish and return their output',
			},
			{
				name: 'Wait',
				value: 'wait',
				action: 'Wait for run to finish',
				description: 'Wait for existing runs to finish and return their output',
			},
		],
	},
	...start.description,
	...startAndWait.description,
	...wait.description,
	...get.description,
	...getAll.description,
	...cancel.description,
	...retry.description,
];
