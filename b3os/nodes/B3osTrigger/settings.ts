import { type IPollFunctions, NodeOperationError } from 'n8n-workflow';
import { locatorValue, toId } from '../../../nodes/shared/http';

/** The trigger's parameters, read. */
export interface Settings {
	events: string[];
	/** Empty: all workflows of the organization. */
	workflowId: string;
	simplify: boolean;
}

/** @throws NodeOperationError if no event is selected */
export function readSettings(context: IPollFunctions): Settings {
	const events: unknown = context.getNodeParameter('events', []);
	const simplify: unknown = context.getNodeParameter('simplify', true);
	if (!Array.isArray(events) || events.length === 0) {
		throw new NodeOperationError(context.getNode(), "No events are selected in 'Events'", {
			description: 'Select at least one event.',
		});
	}
	return {
		events: events.map(String),
		workflowId: toId(locatorValue(context.getNodeParameter('workflowId', ''))) ?? '',
		simplify: simplify !== false,
	};
}
