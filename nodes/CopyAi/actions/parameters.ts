import type { IExecuteFunctions } from 'n8n-workflow';
import { toWorkflowId } from '../api';
import { locatorValue } from '../../shared/http';
import { ParameterError } from '../../shared/operations';

/** @throws ParameterError when the parameter 'Workflow' has no ID */
export function readWorkflowId(context: IExecuteFunctions, item: number): string {
	const id = toWorkflowId(locatorValue(context.getNodeParameter('workflowId', item, '')));
	if (id) return id;
	throw new ParameterError(
		"'Workflow' has no workflow ID",
		"Enter the workflow ID or paste its URL. You can find both in the workflow's API tab in Copy.ai.",
	);
}
