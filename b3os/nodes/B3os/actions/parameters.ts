import type { IExecuteFunctions } from 'n8n-workflow';
import { toId } from '../../../../nodes/api/ids';
import { isObject } from '../../../../nodes/shared/http/answers';
import { Refusal } from '../../../../nodes/shared/actions/refusal';

/** @throws Refusal when there is no id in it */
export function readWorkflowId(context: IExecuteFunctions, item: number): string {
	const id = readOptionalWorkflowId(context, item);
	if (id) return id;
	throw new Refusal(
		'No workflow in "Workflow"',
		'Choose one from the list, or enter its ID, which begins with wf_.',
	);
}

/** @returns empty text when there is none */
export function readOptionalWorkflowId(context: IExecuteFunctions, item: number): string {
	const entered: unknown = context.getNodeParameter('workflowId', item, '');
	return toId(isObject(entered) ? entered.value : entered) ?? '';
}

export function readSimplify(context: IExecuteFunctions, item: number): boolean {
	return context.getNodeParameter('simplify', item, true) as boolean;
}
