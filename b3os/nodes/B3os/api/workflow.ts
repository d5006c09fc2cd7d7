import { isObject, type JsonObject } from '../../../../nodes/shared/http';

/** Types of a workflow's inputs. Source: `GET /v1/workflows/{id}` in https://docs.b3os.org/api/reference */
export type InputType = 'string' | 'number' | 'boolean' | 'object' | 'array';

/** One input of a workflow. */
export interface WorkflowInput {
	key: string;
	type: InputType;
	required: boolean;
	/** What it is for; empty where the workflow doesn't say. */
	description: string;
}

/**
 * What this package uses of a workflow, and nothing else: B3OS also sends `triggerSecret`, which is a credential.
 *
 * Source: `GET /v1/workflows/{id}` in https://docs.b3os.org/api/reference
 */
export interface B3osWorkflow {
	id: string;
	name: string;
	/** draft, active, paused or archived. Archived ones can't be run. */
	status: string;
	/** Whether a draft is open, which runs instead of the live version unless a version is asked for. */
	hasDraft: boolean;
	/** Empty in lists, which come without definitions. */
	inputs: WorkflowInput[];
}

/** A workflow in one form, from what `getWorkflow` or `listWorkflows` returned. */
export function toWorkflow(raw: JsonObject): B3osWorkflow {
	const { id, name, status } = raw;
	return {
		id: typeof id === 'string' ? id : '',
		name: typeof name === 'string' ? name : '',
		status: typeof status === 'string' ? status.trim().toLowerCase() : '',
		hasDraft: raw.hasDraft === true,
		inputs: toInputs(raw.definition),
	};
}

const TYPES = new Map<unknown, InputType>([
	['string', 'string'],
	['number', 'number'],
	['integer', 'number'],
	['boolean', 'boolean'],
	['object', 'object'],
	['array', 'array'],
]);

/**
 * The inputs are in `definition.inputSchema` as a list, or else in the root node as JSON Schema, or nowhere.
 *
 * Source: https://docs.b3os.org/examples/api-quickstart
 */
function toInputs(definition: unknown): WorkflowInput[] {
	if (!isObject(definition)) return [];
	const listed = fromList(definition.inputSchema);
	if (listed.length > 0) return listed;
	const { root } = isObject(definition.nodes) ? definition.nodes : {};
	const payload = isObject(root) ? root.payload : undefined;
	const schema = isObject(payload) ? payload.inputSchema : undefined;
	return Array.isArray(schema) ? fromList(schema) : fromJsonSchema(schema);
}

/** `[{key, type, required, description}]` */
function fromList(list: unknown): WorkflowInput[] {
	if (!Array.isArray(list)) return [];
	return list
		.filter(isObject)
		.filter((input): input is JsonObject & { key: string } => typeof input.key === 'string')
		.map(({ key, type, required, description }) => ({
			key,
			type: toType(type),
			required: required === true,
			description: toText(description),
		}));
}

/** `{properties: {key: {type, description}}, required: [key]}` */
function fromJsonSchema(schema: unknown): WorkflowInput[] {
	if (!isObject(schema) || !isObject(schema.properties)) return [];
	const required: unknown[] = Array.isArray(schema.required) ? schema.required : [];
	return Object.entries(schema.properties).map(([key, property]) => {
		const { type, required: isRequired, description } = isObject(property) ? property : {};
		return {
			key,
			type: toType(type),
			required: required.includes(key) || isRequired === true,
			description: toText(description),
		};
	});
}

function toText(description: unknown): string {
	return typeof description === 'string' ? description.trim() : '';
}

/** JSON Schema also has lists of types: `["number", "null"]`. Text, which every value can be, where it isn't clear. */
function toType(type: unknown): InputType {
	const named = [type].flat().filter((name) => name !== 'null');
	return named.length === 1 ? (TYPES.get(named[0]) ?? 'string') : 'string';
}
