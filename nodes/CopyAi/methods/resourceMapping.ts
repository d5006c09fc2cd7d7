import type {
	FieldType,
	ILoadOptionsFunctions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';
import { endpoints, toRun } from '../../api';
import { chosenWorkflow } from './chosenWorkflow';

/** How many of the newest runs the columns are learned from. */
const RUNS = 20;

/**
 * The workflow's inputs as columns. Copy.ai has no endpoint for them, so they are learned from the `input` of the
 * newest runs, those started in Copy.ai's own page included.
 */
export async function getVariables(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const workflowId = chosenWorkflow(this);
	const api = await endpoints(this);
	const answer = await api.listRuns(workflowId, 1, RUNS);
	if (answer.kind !== 'ok') {
		const { message, description } =
			'fault' in answer ? answer.fault : { message: '', description: '' };
		return { fields: [], emptyFieldsNotice: `${message}. ${description}` };
	}
	const inputs = answer.value.items.map((raw) => toRun(raw, workflowId).input);
	const names = new Set(inputs.flatMap((input) => Object.keys(input)));
	if (names.size === 0) {
		return {
			fields: [],
			emptyFieldsNotice:
				'This workflow has no runs to learn its inputs from. Run it once in Copy.ai, or set Variables to Fields Below or JSON.',
		};
	}
	return {
		fields: [...names].map((name) =>
			toColumn(
				name,
				inputs.map((input) => input[name]),
			),
		),
	};
}

function toColumn(name: string, values: unknown[]): ResourceMapperField {
	return {
		id: name,
		displayName: name,
		type: typeOf(values),
		required: false,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
	};
}

/** Text unless every past value was a number, or every one a boolean: a wrong guess would refuse good values. */
function typeOf(values: unknown[]): FieldType {
	const types = new Set(values.filter((value) => value !== undefined).map((value) => typeof value));
	if (types.size === 1 && types.has('number')) return 'number';
	if (types.size === 1 && types.has('boolean')) return 'boolean';
	return 'string';
}
