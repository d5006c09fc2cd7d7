import type { ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';
import { type Endpoints, endpoints, toRun, toSnapshot } from '../api';
import type { Answer } from '../../runs';
import { type ErrorDetails, isObject, type JsonObject } from '../../shared/http';
import { toEditorError } from '../../shared/methods/editorErrors';
import { selectedWorkflowId } from './selectedWorkflow';
import { toColumns } from './mapperColumns';

/** How many of the newest runs the columns are learned from. */
const RUNS = 20;
/** How many are read one by one where the list leaves their inputs out. */
const RUNS_READ_ALONE = 5;

const OTHER_FORMS = 'Or set Variables to "Fields Below" or "JSON".';

/**
 * The workflow's inputs as columns. Copy.ai has no endpoint for them, so they are learned from the `input` of the
 * newest runs, those started in Copy.ai's own page included.
 *
 * @throws where trying again may help, and where the columns that stand there already would be lost
 */
export async function getVariables(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const workflowId = selectedWorkflowId(this);
	if (!workflowId) {
		return notice(
			'Enter the workflow above to see its inputs here. If it comes from an expression, execute the previous nodes first.',
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

	const alone = await Promise.all(
		runs
			.slice(0, RUNS_READ_ALONE)
			.map(async (run) => await api.getRun(workflowId, toSnapshot(run, workflowId).id)),
	);
	const read = alone.flatMap((answer) => (answer.kind === 'ok' ? [inputOf(answer.value)] : []));
	return read.length > 0 ? { kind: 'ok', value: read } : (alone[0] as Answer<never, ErrorDetails>);
}

function inputOf(raw: JsonObject): JsonObject {
	return toRun(raw, '').input;
}

/** Copy.ai lists them so, but does not promise it. */
function newestFirst(one: JsonObject, other: JsonObject): number {
	return (Date.parse(String(other.createdAt)) || 0) - (Date.parse(String(one.createdAt)) || 0);
}

/** Whether the mapper shows columns of this workflow now; the editor empties it when the workflow changes. */
function hasColumns(context: ILoadOptionsFunctions): boolean {
	const mapper: unknown = context.getCurrentNodeParameter('variables');
	return isObject(mapper) && Array.isArray(mapper.schema) && mapper.schema.length > 0;
}

function whyNoColumns(inputs: JsonObject[]): string {
	return inputs.length === 0
		? `This workflow has no runs yet to learn its inputs from. Check the ID, run the workflow once in Copy.ai and click Retry. ${OTHER_FORMS}`
		: `The newest runs of this workflow were started without variables, so it seems to need none. If it has inputs, run it once with values in Copy.ai and click Retry. ${OTHER_FORMS}`;
}

function explain(workflowId: string, answer: { kind: string; error: ErrorDetails }): string {
	const { message, description } = answer.error;
	return answer.kind === 'notFound'
		? `Copy.ai knows no workflow ${workflowId}, or the API key may not see it. Check the ID in Copy.ai, and that the key's user can open the workflow there.`
		: `${message}. ${description} Then click Retry.`;
}

function notice(emptyFieldsNotice: string): ResourceMapperFields {
	return { fields: [], emptyFieldsNotice };
}
