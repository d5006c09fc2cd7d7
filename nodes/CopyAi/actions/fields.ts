import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { WORKFLOW_URL_REGEX } from '../api';
import { copyAiText } from './service';
import { runLocator, variableForms } from '../../shared/descriptions';

/** The workflow, by its ID or by any Copy.ai URL that contains it. */
export const workflowField: INodeProperties = {
	displayName: 'Workflow',
	name: 'workflowId',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'id', value: '' },
	description:
		"The Copy.ai workflow. You can find its ID and URL in the workflow's API tab in Copy.ai.",
	builderHint: {
		propertyHint:
			"Copy.ai can't list workflows: ask the user for the ID (WCFG-…) or the URL, and never make one up.",
	},
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
						errorMessage: "This URL doesn't contain a Copy.ai workflow ID",
					},
				},
			],
		},
	],
};

/** The workflow, where all of the workspace's will do. */
export function optionalWorkflowField(description: string): INodeProperties {
	return {
		...workflowField,
		required: false,
		hint: 'Optional: leave it empty for all workflows',
		description,
	};
}

export const runField = runLocator(
	'The workflow run. The Start operation returns its ID.',
	'e.g. WRUN-0a1b2c3d-4e5f-6789-abcd-ef0123456789',
);

export const variableFields = variableForms(copyAiText, {
	mapper: {
		name: 'Using Fields From Past Runs',
		description: "One field per input, based on the workflow's most recent runs",
	},
	howToBuild:
		"Choose 'json' or 'fields' when you fill in the values: the fields of 'mapper' are only loaded when a user opens the node. The names must be the exact input names of the Copy.ai workflow; ask the user for them.",
	dependsOn: ['options.sampleRequest'],
	exampleName: 'Input 1',
	exampleValue: 'A lamp that charges by day',
});

export const metadataOption: INodeProperties = {
	displayName: 'Metadata',
	name: 'metadata',
	type: 'json',
	default: '{}',
	// The editor shows no placeholder for JSON.
	hint: 'e.g. <code>{ "campaign": "spring" }</code>',
	description:
		'Custom data to store with the run, as a JSON object. It is returned with the run and its events.',
};

export const startKeyOption: INodeProperties = {
	displayName: 'Start Key',
	name: 'startKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. post-{{ $json.row }}',
	description:
		"Prevents starting the same run twice, even across executions. If one of the workflow's 500 most recent runs has this key and didn't fail, that run is used instead of a new one.",
	builderHint: {
		propertyHint:
			'Set it whenever the same row can come again, as with a schedule, a webhook or a retry: an expression that identifies the row and its content, such as post-{{ $json.id }}. Each run costs credits.',
	},
};

export const sampleRequestOption: INodeProperties = {
	displayName: 'Sample Request',
	name: 'sampleRequest',
	type: 'string',
	noDataExpression: true,
	typeOptions: { rows: 5 },
	default: '',
	placeholder: 'e.g. curl … -d \'{ "startVariables": { "Input 1": "…" } }\'',
	displayOptions: { show: { '/variablesInput': ['mapper'] } },
	description:
		"Sample code from the workflow's API tab in Copy.ai, in any language, without the API key. The names in its startVariables become fields, so that a workflow that has never run can be filled in. Nothing else is taken from it.",
};

export const creditBudgetOption: INodeProperties = {
	displayName: 'Credit Budget',
	name: 'creditBudget',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 100,
	description:
		"Start no more runs once the runs of this execution have used this many credits. Until a run ends, it counts as what the workflow's runs usually use; at most as many runs as set in 'Concurrency' are in progress at the same time.",
};

export const reuseWithinOption: INodeProperties = {
	displayName: 'Reuse Runs Within (Hours)',
	name: 'reuseWithin',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 24,
	description:
		"Use a run with the same values instead of a new one, if it didn't fail and isn't older. Looks at the workflow's 500 most recent runs, however they were started. Items with the same values share one run.",
};

export const parseJsonOption: INodeProperties = {
	displayName: 'Parse JSON Outputs',
	name: 'parseJson',
	type: 'boolean',
	default: true,
	description: 'Whether to convert outputs that contain JSON text into objects and arrays',
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
