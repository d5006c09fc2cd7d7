import type { IExecuteFunctions } from 'n8n-workflow';
import { locatorValue, toId } from '../../../../nodes/shared/http';
import { ParameterError } from '../../../../nodes/shared/operations';

/** @throws ParameterError when the parameter 'Workflow' has no ID */
export function readWorkflowId(context: IExecuteFunctions, item: number): string {
	const id = readOptionalWorkflowId(context, item);
	if (id) return id;
	throw new ParameterError(
		"'Workflow' has no workflow",
		'Select one from the list, or enter its ID, which starts with wf_.',
	);
}

/** @returns empty text when there is none */
export function readOptionalWorkflowId(context: IExecuteFunctions, item: number): string {
	return toId(locatorValue(context.getNodeParameter('workflowId', item, ''))) ?? '';
}
