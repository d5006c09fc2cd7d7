import type { INodeProperties } from 'n8n-workflow';
import * as get from './get.operation';
import * as getAll from './getAll.operation';
import * as start from './start.operation';
import * as startAndWait from './startAndWait.operation';
import { helperSteps } from './asleep';
import * as wait from './wait.operation';

export const operations = { get, getAll, start, startAndWait, wait, ...helperSteps };

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
				description: 'Retrieve a run with its status and, once finished, its output',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many runs',
				description: "Retrieve a list of a workflow's runs, optionally filtered by status and date",
			},
			{
				name: 'Start',
				value: 'start',
				action: 'Start run',
				description:
					'Start a run of a Copy.ai workflow and return its ID without waiting for it to finish',
				builderHint: {
					propertyHint:
						"Returns 'id', 'workflowId' and the status NEW, without any text. Only for runs that nobody waits for, or that a later Wait operation or the Copy.ai Trigger picks up.",
				},
			},
			{
				name: 'Start and Wait',
				value: 'startAndWait',
				action: 'Run workflow and get the text it writes',
				description:
					'Run a Copy.ai workflow with the given values, wait for it to finish and return the text it wrote',
				builderHint: {
					propertyHint:
						"The usual choice: one node, without a loop around it. Returns for each item 'output' (texts by step name), 'status', 'credits', 'createdAt', 'id' and 'workflowId'.",
				},
			},
			{
				name: 'Wait',
				value: 'wait',
				action: 'Wait for run to finish',
				description: 'Wait for existing runs to finish and return their output',
				builderHint: {
					propertyHint:
						"Takes 'workflowId' and 'id' as the Start operation returns them, and returns what startAndWait would.",
				},
			},
		],
	},
	...start.description,
	...startAndWait.description,
	...wait.description,
	...get.description,
	...getAll.description,
];
