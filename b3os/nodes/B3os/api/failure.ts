import {
	findReason,
	findReasonInFields,
	isObject,
	isTooDeep,
	type JsonObject,
	MAX_DEPTH,
	redact,
	truncate,
	withoutDeepNesting,
} from '../../../../nodes/shared/http';
import { withoutSecrets } from './secrets';

/** How a run ended. `partial` has outputs to continue with; its failed nodes are in `failure`. */
const FINAL = new Map<string, 'completed' | 'failed'>([
	['success', 'completed'],
	['partial', 'completed'],
	['failure', 'failed'],
	['cancelled', 'failed'],
]);

/** How a run with this status ended. @returns nothing for one that is on its way, or not known yet */
export function endOf(status: string): 'completed' | 'failed' | undefined {
	return FINAL.get(status);
}

const NO_REASON = 'B3OS gave no reason';
const MAX_REASON_LENGTH = 2_000;

/** Why a run, or part of it, failed, and the IDs of the failed nodes. */
export interface B3osFailure {
	message: string;
	nodes: string[];
}

/**
 * Why a run failed: `a: no gas; b: late` from its failed nodes, or else from the run's own fields.
 *
 * @param states of the nodes by ID
 * @returns nothing if it did not fail
 */
export function toFailure(
	status: string,
	states: JsonObject,
	raw: JsonObject,
): B3osFailure | undefined {
	const failed = failedNodes(states);
	const isFailed = endOf(status) === 'failed';
	if (!isFailed && !raw.error && (failed.length === 0 || status !== 'partial')) return undefined;
	const reasons = failed.map(([id, state]) => `${id}: ${reasonOf(state) ?? NO_REASON}`);
	const ofRun =
		findReasonInFields(raw) ?? (status === 'cancelled' ? 'The run was canceled' : NO_REASON);
	return {
		message: truncate(redact(reasons.join('; ') || ofRun), MAX_REASON_LENGTH),
		nodes: failed.map(([id]) => id),
	};
}

function failedNodes(states: JsonObject): Array<[id: string, state: JsonObject]> {
	return Object.entries(states).filter(
		(entry): entry is [string, JsonObject] => isObject(entry[1]) && entry[1].status === 'failure',
	);
}

/** Where a node says why it failed isn't documented; a for-each node has its nodes' states in `iterations`. */
function reasonOf(state: JsonObject): string | undefined {
	const own = findReason(state.error) ?? findReason(state.result) ?? findReasonInFields(state);
	if (own !== undefined || !Array.isArray(state.iterations)) return own;
	return findReason(
		state.iterations
			.filter(isObject)
			.flatMap(failedNodes)
			.map(([, inner]) => inner.error ?? inner.result ?? inner.message),
	);
}

/** Levels of a run above the values of a node. */
const LEVELS_ABOVE_NODE = 2;

/**
 * A run that came, with JSON text for what is nested too deep for n8n. Of a failed run, whose reason is searched for in
 * its nodes, it becomes its reason.
 */
export function withoutDeepFields(raw: JsonObject): JsonObject {
	if (!isTooDeep(raw)) return raw;
	const { executionState, ...run } = withoutSecrets(raw);
	if (isTooDeep(run.error)) run.error = { message: findReason(run.error) ?? NO_REASON };
	const isFailed = endOf(String(run.status).trim().toLowerCase()) === 'failed';
	const states = Object.entries(isObject(executionState) ? executionState : {});
	const shallow = states.map(([id, state]) => [id, shallowNode(state, isFailed)]);
	return {
		...(isFailed ? withoutDeepValues(run) : withoutDeepNesting(run)),
		...(isObject(executionState) && { executionState: Object.fromEntries(shallow) }),
	};
}

function shallowNode(state: unknown, isFailed: boolean): unknown {
	if (isFailed) return withoutDeepValues(state);
	return isObject(state) ? withoutDeepNesting(state, MAX_DEPTH - LEVELS_ABOVE_NODE) : state;
}

function withoutDeepValues(state: unknown): JsonObject {
	if (!isObject(state)) return {};
	return Object.fromEntries(
		Object.entries(state).flatMap(([name, value]) => {
			if (!isTooDeep(value, MAX_DEPTH - LEVELS_ABOVE_NODE - 1)) return [[name, value]];
			const reason = findReason(value);
			return reason === undefined ? [] : [[name, reason]];
		}),
	);
}
