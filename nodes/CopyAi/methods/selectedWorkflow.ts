import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { toWorkflowId } from '../api';
import { locatorValue } from '../../shared/http';

/** @returns the ID of the workflow that is selected in the node's fields now; nothing if there is none */
export function selectedWorkflowId(context: ILoadOptionsFunctions): string | undefined {
	return toWorkflowId(locatorValue(context.getCurrentNodeParameter('workflowId')));
}

/** Whether anything is entered as the workflow, be there an ID in it or not. */
export function hasWorkflowText(context: ILoadOptionsFunctions): boolean {
	return String(locatorValue(context.getCurrentNodeParameter('workflowId')) ?? '').trim() !== '';
}
