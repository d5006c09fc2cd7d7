import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import { WORKFLOW_URL_REGEX } from '../../api';

/** The workflow, by its id or by any Copy.ai URL that holds it. */
export const workflowField: INodeProperties = {
	displayName: 'Workflow',
	name: 'workflowId',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'id', value: '' },
	description: 'The Copy.ai workflow. Its API tab in Copy.ai shows the URL that holds its ID.',
	modes: [
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. WCFG-0a1b2c3d-4e5f-6789-abcd-ef0123456789',
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. https://api.copy.ai/api/workflow/WCFG-0a1b2c3d/run',
			validation: [
				{
					type: 'regex',
					properties: {
						regex: WORKFLOW_URL_REGEX,
						errorMessage: 'Not a Copy.ai URL that holds a workflow ID',
					},
				},
			],
		},
	],
};

/** A run that exists already. */
export const runField: INodeProperties = {
	displayName: 'Run',
	name: 'runId',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'id', value: '' },
	description: 'The run of this workflow. Start returns its ID with each item.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchRuns', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. WRUN-0a1b2c3d-4e5f-6789-abcd-ef0123456789',
		},
	],
};

/** How the variables of a start are entered, and their three forms. */
export const variableFields: INodeProperties[] = [
	{
		displayName: 'Variables',
		name: 'variablesInput',
		type: 'options',
		noDataExpression: true,
		default: 'mapper',
		description: "How to enter the values of the workflow's inputs",
		options: [
			{
				name: 'Fields From Past Runs',
				value: 'mapper',
				description: 'One field per input, learned from the newest runs of this workflow',
			},
			{
				name: 'Fields Below',
				value: 'fields',
				description: 'Enter the name and value of each variable',
			},
			{
				name: 'JSON',
				value: 'json',
				description: 'All variables as one JSON object',
			},
		],
	},
	{
		displayName: 'Values',
		name: 'variables',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		displayOptions: { show: { variablesInput: ['mapper'] } },
		typeOptions: {
			loadOptionsDependsOn: ['workflowId.value'],
			resourceMapper: {
				resourceMapperMethod: 'getVariables',
				mode: 'add',
				fieldWords: { singular: 'variable', plural: 'variables' },
				addAllFields: true,
				multiKeyMatch: false,
				supportAutoMap: true,
			},
		},
	},
	{
		displayName: 'Values',
		name: 'variableFields',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Variable',
		default: {},
		displayOptions: { show: { variablesInput: ['fields'] } },
		description:
			"The variables to start the run with. Names must match the workflow's inputs exactly, including case, spaces and hyphens.",
		options: [
			{
				displayName: 'Variable',
				name: 'variable',
				values: [
					{
						displayName: 'Name',
						name: 'name',
						type: 'string',
						default: '',
						placeholder: 'e.g. Input 1',
						description: "The name of the workflow's input, exactly as Copy.ai shows it",
					},
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						default: '',
						placeholder: 'e.g. A lamp that charges by day',
						description: 'The value of this input for this run',
					},
				],
			},
		],
	},
	{
		displayName: 'Values',
		name: 'variablesJson',
		type: 'json',
		default: '{}',
		displayOptions: { show: { variablesInput: ['json'] } },
		placeholder: 'e.g. { "Input 1": "A lamp that charges by day" }',
		description: 'The variables to start the run with, as one JSON object of names and values',
	},
];

export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

type Option = INodeProperties | INodePropertyOptions | INodePropertyCollection;

export const concurrencyOption: Option = {
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 10,
	description: 'How many requests to send to Copy.ai at the same time, for all items together',
};

export const metadataOption: Option = {
	displayName: 'Metadata',
	name: 'metadata',
	type: 'json',
	default: '{}',
	placeholder: 'e.g. { "campaign": "spring" }',
	description:
		'Data of your own to keep with the run, as a JSON object. It comes back with the run and its events.',
};

export const startKeyOption: Option = {
	displayName: 'Start Key',
	name: 'startKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. post-{{ $json.row }}',
	description:
		"Start only once per key, also in later executions: if one of the workflow's newest 500 runs was started with this key and did not end FAILED, that run is used instead of a new one",
};

export const timeLimitOption: Option = {
	displayName: 'Time Limit',
	name: 'timeLimit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 600,
	description: 'How many seconds a run may take before waiting for it ends',
};

export const onTimeLimitOption: Option = {
	displayName: 'On Time Limit',
	name: 'onTimeLimit',
	type: 'options',
	default: 'stop',
	description:
		'What to do when a run is not over at its time limit. The run itself goes on in Copy.ai.',
	options: [
		{
			name: 'Stop',
			value: 'stop',
			description: 'End with a message that names the run, once all other runs are over',
		},
		{
			name: 'Continue',
			value: 'continue',
			description: 'Output the run as it stands',
		},
	],
};

export const onFailedRunOption: Option = {
	displayName: 'On Failed Run',
	name: 'onFailedRun',
	type: 'options',
	default: 'stop',
	description: 'What to do when a run ends FAILED',
	options: [
		{
			name: 'Stop',
			value: 'stop',
			description: 'End with a message that names the run, once all other runs are over',
		},
		{
			name: 'Continue',
			value: 'continue',
			description: 'Output the failed run, with the reason in the field "failure"',
		},
	],
};

export const parseJsonOption: Option = {
	displayName: 'Parse JSON Outputs',
	name: 'parseJson',
	type: 'boolean',
	default: true,
	description:
		'Whether to turn outputs that are JSON text into objects and lists, so that their fields can be used',
};

/** The collection that holds what is optional. */
export function optionsField(options: Option[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: options as INodeProperties[],
	};
}

/** Fields for one operation alone. */
export function showFor(
	resource: string,
	operation: string,
	fields: INodeProperties[],
): INodeProperties[] {
	return fields.map((field) => ({
		...field,
		displayOptions: {
			...field.displayOptions,
			show: { ...field.displayOptions?.show, resource: [resource], operation: [operation] },
		},
	}));
}

/** Copy.ai's events, as options. */
export const eventOptions: INodePropertyOptions[] = [
	{
		name: 'Credit Limit Reached',
		value: 'workflowCreditLimit.reached',
		description: 'The credits for workflows are used up',
	},
	{
		name: 'Run Completed',
		value: 'workflowRun.completed',
		description: 'A run is over and has its outputs',
	},
	{
		name: 'Run Failed',
		value: 'workflowRun.failed',
		description: 'A run has ended without success',
	},
	{
		name: 'Run Started',
		value: 'workflowRun.started',
		description: 'A run has begun',
	},
];
