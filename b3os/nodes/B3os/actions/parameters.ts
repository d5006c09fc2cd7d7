import type { IExecuteFunctions } from 'n8n-workflow';
import { locatorValue, toId } from '../../../../nodes/shared/http';
import { ParameterError } from '../../../../nodes/shared/operations';

/** @throws Refusal when there is no id in it */
export function readWorkflowId(context: IExecuteFunctions, item: number): string {
	const id = readOptionalWorkflowId(context, item);
	if (id) return id;
	throw new ParameterError(
		'No workflow in "Workflow"',
		'Choose one from the list, or enter its ID, which begins with wf_.',
	);
}

/** @returns empty text when there is none */
export function readOptionalWorkflowId(context: IExecuteFunctions, item: number): string {
	return toId(locatorValue(context.getNodeParameter('workflowId', item, ''))) ?? '';
}
