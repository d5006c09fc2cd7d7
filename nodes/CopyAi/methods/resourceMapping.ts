import type { ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';
import { type Endpoints, endpoints, toRun, toSnapshot } from '../api';
import type { Answer } from '../../runs';
import { type ErrorDetails, isObject, type JsonObject } from '../../shared/http';
import { toEditorError } from '../../shared/methods/editorErrors';
import { selectedWorkflowId } from './selectedWorkflow';
import { toColumns } from './mapperColumns';

/** From how many of the newest runs the columns are made. */
const RUNS = 20;
/** How many are read one by one where the list omits their inputs. */
const RUNS_READ_ONE_BY_ONE = 5;

const OTHER_FORMS = "Or set 'Variables' to 'Using Fields Below' or 'Using JSON'.";

/**
 * The workflow's inputs as columns. Copy.ai has no endpoint for them, so they are taken from the `input` of the newest
 * runs, including those started in the Copy.ai editor.
 *
 * @throws when trying again may help, and when the columns that the mapper has now would be lost
 */
export async function getVariables(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const workflowId = selectedWorkflowId(this);
	if (!workflowId) {
		return notice(
			'Enter the workflow above to see its inputs here. If you use an expression, execute the previous nodes first.',
		);
	}
	const answer = await pastInputs(await endpoints(this), workflowId);
	switch (answer.kind) {
		case 'ok': {
			const fields = toColumns(answer.value);
			return fields.length > 0 ? { fields } : notice(whyNoColumns(answer.value));
		}
		case 'notFound':
		case 'rejected':
		case 'unauthorized':
			if (hasColumns(this)) throw toEditorError(this, answer);
			return notice(explain(workflowId, answer));
		default:
			throw toEditorError(this, answer);
	}
}

/** @returns the inputs of the newest runs, newest first */
async function pastInputs(
	api: Endpoints,
	workflowId: string,
): Promise<Answer<JsonObject[], ErrorDetails>> {
	const listed = await api.listRuns(workflowId, 1, RUNS);
	if (listed.kind !== 'ok') return listed;
	const runs = [...listed.value.items].sort(newestFirst);
	const shown = runs.filter(({ input }) => isObject(input));
	if (shown.length > 0 || runs.length === 0) return { kind: 'ok', value: shown.map(inputOf) };

	const answers = await Promise.all(
		runs
			.slice(0, RUNS_READ_ONE_BY_ONE)
			.map(async (run) => await api.getRun(workflowId, toSnapshot(run, workflowId).id)),
	);
	const read = answers.flatMap((answer) => (answer.kind === 'ok' ? [inputOf(answer.value)] : []));
	return read.length > 0
		? { kind: 'ok', value: read }
		: (answers[0] as Answer<never, ErrorDetails>);
}

function inputOf(raw: JsonObject): JsonObject {
	return toRun(raw, '').input;
}

/** Copy.ai lists them in this order, but does not promise it. */
function newestFirst(one: JsonObject, other: JsonObject): number {
	return (Date.parse(String(other.createdAt)) || 0) - (Date.parse(String(one.createdAt)) || 0);
}

/** Whether the mapper has columns of this workflow now; the editor empties it when the workflow changes. */
function hasColumns(context: ILoadOptionsFunctions): boolean {
	const mapper: unknown = context.getCurrentNodeParameter('variables');
	return isObject(mapper) && Array.isArray(mapper.schema) && mapper.schema.length > 0;
}

function whyNoColumns(inputs: JsonObject[]): string {
	return inputs.length === 0
		? `This workflow has no runs yet, so its inputs aren't known. Check the ID, run the workflow once in Copy.ai and click Retry. ${OTHER_FORMS}`
		: `The most recent runs of this workflow were started without variables, so it may not need any: then turn on 'Start Without Variables' under Options. If it has inputs, run it once with values in Copy.ai and click Retry. ${OTHER_FORMS}`;
}

function explain(workflowId: string, answer: { kind: string; error: ErrorDetails }): string {
	const { message, description } = answer.error;
	return answer.kind === 'notFound'
		? `Workflow ${workflowId} wasn't found, or the API key doesn't have access to it. Check the ID in Copy.ai, and that the key's user can open the workflow there.`
		: `${message}. ${description} Then click Retry.`;
}

function notice(emptyFieldsNotice: string): ResourceMapperFields {
	return { fields: [], emptyFieldsNotice };
}
