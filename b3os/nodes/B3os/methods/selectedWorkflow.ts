import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { locatorValue, toId } from '../../../../nodes/shared/http';

/** @returns the workflow as it stands in the node's fields at this moment; nothing while there is none */
export function selectedWorkflowId(context: ILoadOptionsFunctions): string | undefined {
	return toId(locatorValue(context.getCurrentNodeParameter('workflowId')));
}
