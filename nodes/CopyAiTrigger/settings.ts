import type { ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';
import { toWorkflowId } from '../CopyAi/api';
import { isObject, locatorValue } from '../shared/http';

/** The trigger's parameters, read. */
export interface Settings {
	events: string[];
	/** Absent: all workflows in the workspace. */
	workflowId?: string;
	verify: boolean;
	catchUp: boolean;
	includeEditorRuns: boolean;
	parseJson: boolean;
}

export function readSettings(context: IWebhookFunctions | ITriggerFunctions): Settings {
	const events: unknown = context.getNodeParameter('events', []);
	const options: unknown = context.getNodeParameter('options', {});
	const { catchUp, verify, includeEditorRuns, parseJson } = isObject(options) ? options : {};
	return {
		events: Array.isArray(events) ? events : [],
		workflowId: toWorkflowId(locatorValue(context.getNodeParameter('workflowId', ''))),
		verify: verify !== false,
		catchUp: catchUp !== false,
		includeEditorRuns: includeEditorRuns !== false,
		parseJson: parseJson !== false,
	};
}
