import {
	findReason,
	findReasonInFields,
	isObject,
	isTooDeep,
	type JsonObject,
	redact,
	truncate,
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

/**
 * A run that came, in which nothing is nested too deep for n8n as far as it can do without: after a failure fields of
 * nodes that are too deep become their reason. What is still too deep then is refused where answers are read.
 */
export function withoutDeepFields(raw: JsonObject): JsonObject {
	if (!isTooDeep(raw)) return raw;
	const run = withoutSecrets(raw);
	if (isTooDeep(run.error)) run.error = { message: findReason(run.error) ?? NO_REASON };
	const isFailed = endOf(String(run.status).trim().toLowerCase()) === 'failed';
	if (!isFailed) return run;
	const states = isObject(run.executionState) ? run.executionState : {};
	const shallow = Object.entries(states).map(([id, state]) => [id, withoutDeepValues(state)]);
	return { ...withoutDeepValues(run), executionState: Object.fromEntries(shallow) };
}

function withoutDeepValues(state: unknown): JsonObject {
	if (!isObject(state)) return {};
	return Object.fromEntries(
		Object.entries(state).flatMap(([name, value]) => {
			if (!isTooDeep(value)) return [[name, value]];
			const reason = findReason(value);
			return reason === undefined ? [] : [[name, reason]];
		}),
	);
}
