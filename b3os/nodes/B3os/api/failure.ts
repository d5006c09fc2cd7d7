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
import { type NodeState, nodeStates } from './nodes';
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
	/** Which iterations of for-each nodes failed, from 0, by the node's ID: `{ each: [1, 4] }`. */
	iterations?: Record<string, number[]>;
}

/**
 * Why a run failed: `a: no gas; each[1].b: late` from its failed nodes, or else from the run's own fields.
 *
 * @param states of the nodes by ID
 * @returns nothing if it did not fail
 */
export function toFailure(
	status: string,
	states: JsonObject,
	raw: JsonObject,
): B3osFailure | undefined {
	const failed = nodeStates(states).filter(({ state }) => state.status === 'failure');
	const isFailed = endOf(status) === 'failed';
	if (!isFailed && !raw.error && (failed.length === 0 || status !== 'partial')) return undefined;
	const iterations = failedIterations(failed);
	return {
		message: truncate(redact(messageOf(status, failed, raw)), MAX_REASON_LENGTH),
		nodes: [...new Set(failed.map(({ topId }) => topId))],
		...(iterations && { iterations }),
	};
}

/** Whether neither a node nor the run says why it failed. */
export function isUnexplained(failure: B3osFailure): boolean {
	return failure.message === unexplained(failure.nodes);
}

function messageOf(status: string, failed: NodeState[], raw: JsonObject): string {
	const told = failed.map((node) => ({ ...node, reason: reasonOf(node.state) }));
	// A for-each node has failed because of what failed within it.
	const hasInner = ({ path }: NodeState) => failed.some((node) => node.path.startsWith(`${path}[`));
	const telling = told.filter((node) => node.reason !== undefined || !hasInner(node));
	if (telling.some(({ reason }) => reason !== undefined)) {
		return telling.map(({ path, reason = NO_REASON }) => `${path}: ${reason}`).join('; ');
	}
	const ofRun = findReasonInFields(raw);
	if (ofRun !== undefined) return ofRun;
	if (status === 'cancelled') return 'The run was canceled';
	return unexplained([...new Set(failed.map(({ topId }) => topId))]);
}

function unexplained(nodes: string[]): string {
	return nodes.length === 0 ? NO_REASON : `${nodes.join(', ')}: ${NO_REASON}`;
}

/** Where a node says why it failed isn't documented. */
function reasonOf(state: JsonObject): string | undefined {
	return findReason(state.error) ?? findReason(state.result) ?? findReasonInFields(state);
}

function failedIterations(failed: NodeState[]): Record<string, number[]> | undefined {
	const byNode = new Map<string, Set<number>>();
	for (const { topId, iteration } of failed) {
		if (iteration === undefined) continue;
		byNode.set(topId, (byNode.get(topId) ?? new Set()).add(iteration));
	}
	if (byNode.size === 0) return undefined;
	return Object.fromEntries([...byNode].map(([id, numbers]) => [id, [...numbers]]));
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
