import type { INodeProperties } from 'n8n-workflow';
import { eventOptions, parseJsonOption, workflowField } from '../CopyAi/actions/fields';
import { optionsField } from '../shared/descriptions';

/** What a user sets on the trigger. */
export const fields: INodeProperties[] = [
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		required: true,
		noDataExpression: true,
		default: ['workflowRun.completed'],
		description: 'What starts this workflow',
		options: eventOptions,
	},
	{
		...workflowField,
		required: false,
		description:
			'The Copy.ai workflow whose events to receive. Leave it empty for every workflow of the workspace.',
	},
	optionsField([
		{
			displayName: 'Include Editor Runs',
			name: 'includeEditorRuns',
			type: 'boolean',
			noDataExpression: true,
			default: true,
			description: "Whether runs that were started in Copy.ai's own page start this workflow too",
		},
		{ ...parseJsonOption, noDataExpression: true },
		{
			displayName: 'Verify',
			name: 'verify',
			type: 'boolean',
			noDataExpression: true,
			default: true,
			description:
				'Whether to read the run back from Copy.ai before an event is believed. The field "verified" says whether Copy.ai has confirmed it.',
		},
	]),
];
