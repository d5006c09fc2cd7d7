import {
	type ILoadOptionsFunctions,
	NodeOperationError,
	type ResourceMapperFields,
} from 'n8n-workflow';
import { endpoints } from '../api';
import { type ErrorDetails, shownMessage, truncate } from '../../shared/http';
import { toEditorError } from '../../shared/methods/editorErrors';
import { columnsIn, keptColumns } from '../../shared/methods/mapperColumns';
import { isTool } from '../../shared/methods/modelValues';
import { hasWorkflowText, selectedWorkflowId } from './selectedWorkflow';
import { toColumns } from './mapperColumns';
import { readPastInputs } from './pastInputs';
import { readSample } from './sample';
import { withModelValues } from './toolColumns';

/** Characters of an ID that a notice shows: anything can be pasted as one. */
const MAX_ID_LENGTH = 100;
const KEY_IN_SAMPLE =
	"'Sample Request' contains an API key. Delete the key from it, or replace it with YOUR_API_KEY: workflows are exported and shared.";
const NO_NAMES_IN_SAMPLE =
	"'Sample Request' has no startVariables with names. Open the workflow's API tab in Copy.ai, copy the whole sample code there, and paste it.";
const OTHER_FORMS = "Or set 'Variables' to 'Using Fields Below' or 'Using JSON'.";

/**
 * The workflow's inputs as columns. Copy.ai has no endpoint for them, so they are taken from the `input` of past runs,
 * including those started in the Copy.ai editor. Columns that are in use stay, whatever past runs show.
 *
 * @throws when trying again may help, and when the columns that the mapper has now would be lost
 */
export async function getVariables(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const mapper = this.getCurrentNodeParameter('variables');
	const workflowId = selectedWorkflowId(this);
	if (!workflowId) {
		// The workflow can come from an expression that has no data now.
		const fields = columnsIn(mapper);
		return fields.length > 0 ? { fields } : notice(whyNoWorkflow(this));
	}
	const sample = await readSample(this);
	if (sample.hasKey) return refuse(this, KEY_IN_SAMPLE);
	const answer = await readPastInputs(await endpoints(this), workflowId);
	switch (answer.kind) {
		case 'ok': {
			const { own, hasRuns } = answer.value;
			const made = [...answer.value.made, ...sample.inputs];
			const columns = toColumns({ made, own });
			const fields = isTool(this) ? withModelValues(columns, { made, own }) : columns;
			fields.push(...keptColumns(mapper, fields));
			if (fields.length > 0) return { fields };
			return notice(sample.isEntered ? NO_NAMES_IN_SAMPLE : whyNoColumns(hasRuns));
		}
		case 'notFound':
		case 'rejected':
		case 'unauthorized':
			if (columnsIn(mapper).length > 0) throw toEditorError(this, answer);
			return notice(explain(workflowId, answer));
		default:
			throw toEditorError(this, answer);
	}
}

/** Shows a message in place of the fields; columns that are in use stay. */
function refuse(context: ILoadOptionsFunctions, message: string): ResourceMapperFields {
	if (columnsIn(context.getCurrentNodeParameter('variables')).length === 0) return notice(message);
	throw new NodeOperationError(context.getNode(), message);
}

function whyNoWorkflow(context: ILoadOptionsFunctions): string {
	return hasWorkflowText(context)
		? "There is no workflow ID in this URL. Copy the workflow's ID or URL from its API tab in Copy.ai."
		: 'Enter the workflow above to see its inputs here. If you use an expression, execute the previous nodes first.';
}

function whyNoColumns(hasRuns: boolean): string {
	return !hasRuns
		? `This workflow has no runs yet, so its inputs aren't known. Check the ID, run the workflow once in Copy.ai, and come back to this tab. Or add the option 'Sample Request' and paste the sample code from the workflow's API tab. ${OTHER_FORMS}`
		: `The most recent runs of this workflow were started without variables, so it may not need any: then turn on 'Start Without Variables' under Options. If it has inputs, run it once with values in Copy.ai, and come back to this tab. ${OTHER_FORMS}`;
}

function explain(workflowId: string, answer: { kind: string; error: ErrorDetails }): string {
	const { message, description } = answer.error;
	return answer.kind === 'notFound'
		? `Workflow ${truncate(workflowId, MAX_ID_LENGTH)} wasn't found, or the API key doesn't have access to it. Check the ID in Copy.ai, and that the key's user can open the workflow there.`
		: `${shownMessage(message)}. ${description} Then close this node and open it again.`;
}

function notice(emptyFieldsNotice: string): ResourceMapperFields {
	return { fields: [], emptyFieldsNotice };
}
