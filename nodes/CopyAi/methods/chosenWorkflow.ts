import { type ILoadOptionsFunctions, NodeOperationError } from 'n8n-workflow';
import { isObject, toWorkflowId } from '../../api';

/** The workflow as it stands in the node's fields at this moment. @throws when there is none */
export function chosenWorkflow(context: ILoadOptionsFunctions): string {
	const entered: unknown = context.getCurrentNodeParameter('workflowId');
	const id = toWorkflowId(isObject(entered) ? entered.value : entered);
	if (id) return id;
	throw new NodeOperationError(context.getNode(), 'Choose a workflow first', {
		description: 'Enter the ID of the Copy.ai workflow, or paste its address, in "Workflow".',
	});
}
