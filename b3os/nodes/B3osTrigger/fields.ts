import type { INodeProperties } from 'n8n-workflow';
import { workflowField } from '../B3os/actions/fields';
import { eventsField, eventsSubtitle, simplifyField } from '../../../nodes/shared/descriptions';

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

/** The chosen events in words. */
export const subtitle = eventsSubtitle(eventOptions);

/** The trigger's parameters. */
export const fields: INodeProperties[] = [
	eventsField(eventOptions, 'run.completed'),
	{
		...workflowField,
		required: false,
		hint: 'Optional',
		description:
			'Only look at runs of this B3OS workflow. Leave empty for all workflows of the organization.',
	},
	simplifyField,
];
