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
	hint: 'Optional',
	description:
		'The B3OS workflow of the run. Lets you choose runs from a list and reduces the number of requests.',
};

export const runField = runLocator(
	'The workflow run. The Start operation returns its ID.',
	'e.g. run_0a1b2c3d4e5f',
);

export const variableFields = variableForms(b3osText, {
	mapper: {
		name: 'Using Fields of the Workflow',
		description: 'One field for each input the workflow declares',
	},
	howToBuild:
		"Choose 'json' or 'fields' when you fill in the values: the fields of 'mapper' are only loaded when a user opens the node.",
	exampleName: 'token',
	exampleValue: 'ETH',
});

export const cancelOnStopOption: INodeProperties = {
	displayName: 'Cancel on Stop',
	name: 'cancelOnStop',
	type: 'boolean',
	default: false,
	description:
		'Whether to cancel the runs that this node has started and that are still in progress when the execution is stopped',
};

export const nodesOption: INodeProperties = {
	displayName: 'Nodes',
	name: 'nodeIds',
	type: 'string',
	default: '',
	placeholder: 'e.g. quote, swap',
	description:
		'IDs of the nodes whose output to return, separated by commas. Leave empty for all nodes. With it, much less data is transferred for runs with many nodes.',
};

export const onWaitingOption: INodeProperties = {
	displayName: 'On Waiting',
	name: 'onWaiting',
	type: 'options',
	default: 'wait',
	description: 'What to do while a run waits for an approval or an event',
	options: [
		{
			name: 'Keep Waiting',
			value: 'wait',
			description: 'Wait until the run has finished, or for the timeout',
		},
		{
			name: 'Continue',
			value: 'continue',
			description: "Output the run at once, with what it waits for in its 'waiting' field",
		},
	],
};

/** Options of a start, in alphabetical order. */
export const startOptions: INodeProperties[] = [
	{
		displayName: 'Chat Message ID',
		name: 'chatMessageId',
		type: 'string',
		default: '',
		description: 'The chat message this run responds to, for chat workflows',
	},
	{
		displayName: 'Dust Test',
		name: 'dustTest',
		type: 'boolean',
		default: false,
		description:
			"Whether to run with real but tiny amounts, about US$0.01. Can't be combined with 'Simulate'.",
	},
	{
		displayName: 'Run ID',
		name: 'runId',
		type: 'string',
		default: '',
		placeholder: 'e.g. run_order_{{ $json.orderId }}',
		description:
			"Prevents starting the same run twice, even across executions. If a run with this ID exists and didn't fail and wasn't cancelled, that run is used instead of a new one. Run IDs start with run_, followed by letters, digits and underscores.",
		builderHint: {
			propertyHint:
				'Set it whenever the same row can come again, as with a schedule, a webhook or a retry: an expression that identifies the row, such as run_order_{{ $json.orderId }}.',
		},
	},
	{
		displayName: 'Run Live Version',
		name: 'runLive',
		type: 'boolean',
		default: false,
		description:
			"Whether to run the published version of the workflow. Otherwise B3OS runs an open draft if there is one. Can't be combined with 'Version'.",
	},
	{
		displayName: 'Simulate',
		name: 'simulate',
		type: 'boolean',
		default: false,
		description:
			"Whether to run the workflow as a simulation. B3OS doesn't document which steps that leaves out. Can't be combined with 'Dust Test'.",
	},
	{
		displayName: 'Trigger Node ID',
		name: 'triggerNodeId',
		type: 'string',
		default: '',
		placeholder: 'e.g. root',
		description: 'The trigger to start from, for workflows with more than one',
	},
	{
		displayName: 'Version',
		name: 'version',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 1,
		description: "The version of the workflow to run. Can't be combined with 'Run Live Version'.",
	},
];
