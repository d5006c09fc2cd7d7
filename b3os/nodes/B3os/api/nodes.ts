import { isObject, type JsonObject } from '../../../../nodes/shared/http';

/** For-each nodes within for-each nodes are followed this deep. */
const MAX_FOR_EACH_DEPTH = 8;

/** The state of one node of a run. */
export interface NodeState {
	/** `swap`, or within a for-each node `each[2].swap`: that of its third iteration. */
	path: string;
	state: JsonObject;
	/** The node of the workflow's top level that it is, or is within. */
	topId: string;
	/** Of the top-level for-each node that it is within, from 0. */
	iteration?: number;
}

/** The states of a run's nodes in order, those within for-each nodes after the for-each node itself. */
export function nodeStates(states: JsonObject): NodeState[] {
	return statesIn(states, '', MAX_FOR_EACH_DEPTH, {});
}

function statesIn(
	states: JsonObject,
	prefix: string,
	depth: number,
	within: Partial<Pick<NodeState, 'topId' | 'iteration'>>,
): NodeState[] {
	return Object.entries(states).flatMap(([id, state]): NodeState[] => {
		if (!isObject(state)) return [];
		const path = `${prefix}${id}`;
		const { topId = id, iteration } = within;
		const own = { path, state, topId, iteration };
		if (depth === 0) return [own];
		const inner = iterationsOf(state).flatMap((nodes, index) =>
			statesIn(nodes, `${path}[${index}].`, depth - 1, { topId, iteration: iteration ?? index }),
		);
		return [own, ...inner];
	});
}

/** A for-each node has the states of its nodes by ID, for each iteration. What is none of that is an empty iteration. */
export function iterationsOf({ iterations }: JsonObject): JsonObject[] {
	return Array.isArray(iterations) ? iterations.map((one) => (isObject(one) ? one : {})) : [];
}
