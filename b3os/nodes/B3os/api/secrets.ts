import { isContainer, isObject, type JsonObject, redactData } from '../../../../nodes/shared/http';

const MASK = '***';
/** A credential, at any level. */
const TRIGGER_SECRET = 'triggerSecret';
/** Whoever has this address can send transactions to the fork of a simulation. */
const FORK_ADDRESS = 'simulationForks.rpcUrl';

/**
 * A run without secrets: every `triggerSecret` is masked, the addresses of a simulation's forks, and in each node the values
 * whose names it lists in `secretKeys`, in its input, its result and its definition. The same values are masked wherever else they are in the
 * run, such as in the results of later nodes and in errors. Texts of fewer than 8 characters are masked by name alone.
 */
export function withoutSecrets(run: JsonObject): JsonObject {
	const values = new Set<string>();
	const states = toObject(run.executionState);
	const definitions = toObject(toObject(run.workflowDefinition).nodes);
	const maskEach = (nodes: JsonObject) =>
		Object.fromEntries(
			Object.entries(nodes).map(([id, node]) => {
				const names = new Set([...secretsOf(states[id]), ...secretsOf(definitions[id])]);
				return [id, masked(node, values, names)];
			}),
		);

	const safe = masked(run, values) as JsonObject;
	if (isObject(safe.executionState)) safe.executionState = maskEach(states);
	if (isObject(safe.workflowDefinition) && isObject(safe.workflowDefinition.nodes)) {
		safe.workflowDefinition.nodes = maskEach(definitions);
	}
	return redactData(safe, [...values]);
}

function toObject(value: unknown): JsonObject {
	return isObject(value) ? value : {};
}

/** @param node of a run or of a definition; the list may also be one level down */
function secretsOf(node: unknown): string[] {
	const { secretKeys, payload, input } = toObject(node);
	const lists = [secretKeys, toObject(payload).secretKeys, toObject(input).secretKeys];
	return lists.flat().filter((name): name is string => typeof name === 'string');
}

/**
 * A copy without secrets. Iterative, as what came can be nested deeper than the stack is.
 *
 * @param values gets the texts that were masked
 * @param names of keys, or their paths within the node's own values: `token`, `headers.auth`
 */
function masked(value: unknown, values: Set<string>, names = new Set<string>()): unknown {
	const copy = shallowCopy(value);
	const open = [{ container: copy, path: '' }];
	for (let next = open.pop(); next; next = open.pop()) {
		const { container, path } = next;
		if (!isContainer(container)) continue;
		const isList = Array.isArray(container);
		for (const [key, entry] of Object.entries(container)) {
			// Entries of a list are at the path of the list.
			const entryPath = isList ? path : joinPath(path, key);
			const isMasked = !isList && hasValue(entry) && isSecret(key, entryPath, names);
			if (isMasked) textsIn(entry).forEach((text) => values.add(text));
			const safe = isMasked ? MASK : shallowCopy(entry);
			Reflect.set(container, key, safe);
			open.push({ container: safe, path: entryPath });
		}
	}
	return copy;
}

/** All texts in a value. Iterative, too. */
function textsIn(value: unknown): string[] {
	const texts: string[] = [];
	const open = [value];
	while (open.length > 0) {
		const next = open.pop();
		if (typeof next === 'string') texts.push(next);
		else if (isContainer(next)) open.push(...Object.values(next));
	}
	return texts;
}

function joinPath(path: string, key: string): string {
	return path === '' ? key : `${path}.${key}`;
}

function shallowCopy(value: unknown): unknown {
	if (Array.isArray(value)) return [...(value as unknown[])];
	return isObject(value) ? { ...value } : value;
}

function isSecret(key: string, path: string, names: Set<string>): boolean {
	// A node's own values are in `input`, `result` or `payload`.
	const ownPath = path.replace(/^(input|result|payload)\./, '');
	const isAlways = key === TRIGGER_SECRET || path === FORK_ADDRESS;
	return isAlways || names.has(key) || names.has(ownPath);
}

function hasValue(entry: unknown): boolean {
	return entry !== undefined && entry !== null && entry !== '';
}
