import type { INodeProperties } from 'n8n-workflow';
import { workflowField } from '../B3os/actions/fields';
import { simplifyField } from '../../../nodes/shared/descriptions';

const eventOptions = [
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
];

/** Events in words, by their value. */
export const EVENT_NAMES = Object.fromEntries(eventOptions.map(({ name, value }) => [value, name]));

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
		options: eventOptions,
	},
	{
		...workflowField,
		required: false,
		hint: 'Optional',
		description:
			'Only look at runs of this B3OS workflow. Leave empty for all workflows of the organization.',
	},
	simplifyField,
];
