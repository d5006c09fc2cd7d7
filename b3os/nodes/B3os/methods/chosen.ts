import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { isObject } from '../../../../nodes/shared/http/answers';
import { toId } from '../../../../nodes/api/ids';

/** @returns the workflow as it stands in the node's fields at this moment; nothing while there is none */
export function chosenWorkflow(context: ILoadOptionsFunctions): string | undefined {
	const entered: unknown = context.getCurrentNodeParameter('workflowId');
	return toId(isObject(entered) ? entered.value : entered);
}
