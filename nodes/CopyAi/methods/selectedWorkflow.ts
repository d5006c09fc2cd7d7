import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { toWorkflowId } from '../api';
import { locatorValue } from '../../shared/http';

/** @returns the workflow as it stands in the node's fields at this moment; nothing while there is none */
export function selectedWorkflowId(context: ILoadOptionsFunctions): string | undefined {
	return toWorkflowId(locatorValue(context.getCurrentNodeParameter('workflowId')));
}
