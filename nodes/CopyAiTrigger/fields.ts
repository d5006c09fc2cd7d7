import type { INodeProperties } from 'n8n-workflow';
import { eventOptions, optionalWorkflowField, parseJsonOption } from '../CopyAi/actions/fields';
import { eventsField, eventsSubtitle, optionsField } from '../shared/descriptions';

/** The chosen events in words. */
export const subtitle = eventsSubtitle(eventOptions);

/** The trigger's parameters. */
export const fields: INodeProperties[] = [
	eventsField(eventOptions, 'workflowRun.completed'),
	optionalWorkflowField(
		'Only receive events of this Copy.ai workflow. Leave empty for all workflows in the workspace.',
	),
	optionsField([
		{
			displayName: 'Catch Up',
			name: 'catchUp',
			type: 'boolean',
			noDataExpression: true,
			default: true,
			description:
				'Whether to also start the workflow for events that did not arrive, for example while n8n was restarting',
		},
		{
			displayName: 'Include Editor Runs',
			name: 'includeEditorRuns',
			type: 'boolean',
			noDataExpression: true,
			default: true,
			description: 'Whether to also receive events of runs started in the Copy.ai editor',
		},
		{ ...parseJsonOption, noDataExpression: true },
		{
			displayName: 'Verify Events',
			name: 'verify',
			type: 'boolean',
			noDataExpression: true,
			default: true,
			description:
				"Whether to confirm each event with Copy.ai before starting the workflow. The 'verified' field shows the result.",
		},
	]),
];
