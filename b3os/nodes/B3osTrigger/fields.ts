import type { INodeProperties } from 'n8n-workflow';
import { workflowField } from '../B3os/actions/fields';
import { simplifyField } from '../../../nodes/shared/descriptions';

/** The trigger's parameters. */
export const fields: INodeProperties[] = [
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		required: true,
		noDataExpression: true,
		default: ['run.completed'],
		description: 'The events that start this workflow',
		options: [
			{
				name: 'Run Cancelled',
				value: 'run.cancelled',
				description: 'A run was cancelled',
			},
			{
				name: 'Run Failed',
				value: 'run.failed',
				description: 'A run ended with the status failure',
			},
			{
				name: 'Run Finished',
				value: 'run.completed',
				description: 'A run ended with the status success or partial',
			},
			{
				name: 'Run Started',
				value: 'run.started',
				description: 'A run started',
			},
			{
				name: 'Run Waiting',
				value: 'run.waiting',
				description: 'A run waits, for example for an approval',
			},
		],
	},
	{
		...workflowField,
		required: false,
		description:
			'Only look at runs of this B3OS workflow. Leave empty for all workflows of the organization.',
	},
	simplifyField,
];
