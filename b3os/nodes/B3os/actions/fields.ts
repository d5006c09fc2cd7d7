import type { INodeProperties } from 'n8n-workflow';
import { b3osText } from './service';
import { runLocator, variableForms } from '../../../../nodes/shared/descriptions';

/** The workflow, from the list or by its ID. */
export const workflowField: INodeProperties = {
	displayName: 'Workflow',
	name: 'workflowId',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'The B3OS workflow',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchWorkflows', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. wf_0a1b2c3d4e5f',
		},
	],
};

/** B3OS knows a run by its ID alone; its workflow is needed to list runs. */
export const workflowOfRunField: INodeProperties = {
	...workflowField,
	required: false,
	description:
		'The B3OS workflow of the run. It can stay empty; with it runs can be picked from a list, and many of one workflow are followed with fewer requests.',
};

export const runField = runLocator(
	'The run to look at. Start puts its ID out with each item.',
	'e.g. run_0a1b2c3d4e5f',
);

export const variableFields = variableForms(b3osText, {
	mapper: {
		name: 'Fields of the Workflow',
		description: 'Fields for the inputs that the workflow declares',
	},
	exampleName: 'token',
	exampleValue: 'ETH',
});

/** How a start differs from the plain one, in alphabetical order of their names. */
export const startOptions: INodeProperties[] = [
	{
		displayName: 'Chat Message ID',
		name: 'chatMessageId',
		type: 'string',
		default: '',
		description: 'The chat message that the run answers, for workflows that are used in a chat',
	},
	{
		displayName: 'Dust Test',
		name: 'dustTest',
		type: 'boolean',
		default: false,
		description:
			'Whether to run with real but tiny amounts, about US$0.01. Not together with Simulate.',
	},
	{
		displayName: 'Run ID',
		name: 'runId',
		type: 'string',
		default: '',
		placeholder: 'e.g. run_order_{{ $json.orderId }}',
		description:
			'Start only once per ID, also in later executions: if there is a run of this ID that did not end failure or cancelled, it is used instead of a new one. It begins with run_, then come letters, digits and underscores.',
	},
	{
		displayName: 'Run Live Version',
		name: 'runLive',
		type: 'boolean',
		default: false,
		description:
			'Whether to look up the live version of the workflow and run that. Otherwise B3OS runs an open draft, if there is one.',
	},
	{
		displayName: 'Simulate',
		name: 'simulate',
		type: 'boolean',
		default: false,
		description:
			'Whether to only simulate the run, without any transaction. Not together with Dust Test.',
	},
	{
		displayName: 'Trigger Node ID',
		name: 'triggerNodeId',
		type: 'string',
		default: '',
		placeholder: 'e.g. root',
		description: 'The trigger to start at, for workflows that have more than one',
	},
	{
		displayName: 'Version',
		name: 'version',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 1,
		description: 'The version of the workflow to run. Not together with Run Live Version.',
	},
];
