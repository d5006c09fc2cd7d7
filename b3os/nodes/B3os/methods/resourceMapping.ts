import type {
	ILoadOptionsFunctions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';
import { toColumn } from '../../../../nodes/shared/methods/mapperColumns';
import { isTool, plainText, withModelValue } from '../../../../nodes/shared/methods/modelValues';
import { toEditorError } from '../../../../nodes/shared/methods/editorErrors';
import { truncate } from '../../../../nodes/shared/http';
import { endpoints, type WorkflowInput } from '../api';
import { selectedWorkflowId } from './selectedWorkflow';

/** Characters of an input's description that an AI agent's model is told. */
const MAX_DESCRIPTION_LENGTH = 200;

/**
 * The inputs that the selected workflow declares, as columns; required ones are marked. In an AI agent's tool the model fills
 * them in, and is told what the workflow says about each.
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
	const isFilledByModel = isTool(this);
	return { fields: inputs.map((input) => toInputColumn(input, isFilledByModel)) };
}

function toInputColumn(
	{ key, type, required, description }: WorkflowInput,
	isFilledByModel: boolean,
): ResourceMapperField {
	const column = toColumn(key, type, required);
	if (!isFilledByModel) return column;
	const more = description && `: ${plainText(truncate(description, MAX_DESCRIPTION_LENGTH))}`;
	const about = `What to put into the input '${plainText(key)}' of the B3OS workflow${more}`;
	return withModelValue(column, about);
}

function notice(emptyFieldsNotice: string): ResourceMapperFields {
	return { fields: [], emptyFieldsNotice };
}
