import type { IExecuteFunctions } from 'n8n-workflow';
import { toWorkflowId } from '../api';
import { locatorValue } from '../../shared/http';
import { ParameterError } from '../../shared/operations';

/** @throws Refusal when there is no id in it */
export function readWorkflowId(context: IExecuteFunctions, item: number): string {
	const id = toWorkflowId(locatorValue(context.getNodeParameter('workflowId', item, '')));
	if (id) return id;
	throw new ParameterError(
		'No workflow ID in "Workflow"',
		"Enter the ID, or paste the address of the workflow from Copy.ai: both stand in the workflow's API tab.",
	);
}
