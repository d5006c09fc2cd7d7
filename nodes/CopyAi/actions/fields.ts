import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { WORKFLOW_URL_REGEX } from '../api';
import { copyAiText } from './service';
import { runLocator, variableForms } from '../../shared/descriptions';

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

export const runField = runLocator(
	'The run of this workflow. Start returns its ID with each item.',
	'e.g. WRUN-0a1b2c3d-4e5f-6789-abcd-ef0123456789',
);

export const variableFields = variableForms(copyAiText, {
	mapper: {
		name: 'Fields From Past Runs',
		description: 'One field per input, learned from the newest runs of this workflow',
	},
	exampleName: 'Input 1',
	exampleValue: 'A lamp that charges by day',
});

export const metadataOption: INodeProperties = {
	displayName: 'Metadata',
	name: 'metadata',
	type: 'json',
	default: '{}',
	placeholder: 'e.g. { "campaign": "spring" }',
	description:
		'Data of your own to keep with the run, as a JSON object. It comes back with the run and its events.',
};

export const startKeyOption: INodeProperties = {
	displayName: 'Start Key',
	name: 'startKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. post-{{ $json.row }}',
	description:
		"Start only once per key, also in later executions: if one of the workflow's newest 500 runs was started with this key and did not end FAILED, that run is used instead of a new one",
};

export const parseJsonOption: INodeProperties = {
	displayName: 'Parse JSON Outputs',
	name: 'parseJson',
	type: 'boolean',
	default: true,
	description:
		'Whether to turn outputs that are JSON text into objects and lists, so that their fields can be used',
};

/** Copy.ai's events, as options. */
export const eventOptions: INodePropertyOptions[] = [
	{
		name: 'Credit Limit Reached',
		value: 'workflowCreditLimit.reached',
		description: 'The workflow credit limit was reached',
	},
	{
		name: 'Run Completed',
		value: 'workflowRun.completed',
		description: 'A run finished successfully',
	},
	{
		name: 'Run Failed',
		value: 'workflowRun.failed',
		description: 'A run failed',
	},
	{
		name: 'Run Started',
		value: 'workflowRun.started',
		description: 'A run started',
	},
];
