import type { ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';
import { toColumn } from '../../../../nodes/shared/methods/mapperColumns';
import { toEditorError } from '../../../../nodes/shared/methods/editorErrors';
import { endpoints } from '../api';
import { selectedWorkflowId } from './selectedWorkflow';

/**
 * The inputs that the selected workflow declares, as columns; required ones are marked.
 *
 * @throws when the workflow can't be read
 */
export async function getVariables(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const workflowId = selectedWorkflowId(this);
	if (!workflowId) {
		return notice(
			'Select the workflow above to see its inputs here. If you use an expression, execute the previous nodes first.',
		);
	}
	const api = await endpoints(this);
	const answer = await api.getWorkflow(workflowId);
	if (answer.kind !== 'ok') throw toEditorError(this, answer);
	const { inputs } = answer.value;
	if (inputs.length === 0) {
		return notice(
			"This workflow declares no inputs, so it may not need any: then turn on 'Start Without Variables' under Options. To send variables anyway, set 'Variables' to 'Using Fields Below' or 'Using JSON'.",
		);
	}
	return { fields: inputs.map(({ key, type, required }) => toColumn(key, type, required)) };
}

function notice(emptyFieldsNotice: string): ResourceMapperFields {
	return { fields: [], emptyFieldsNotice };
}
