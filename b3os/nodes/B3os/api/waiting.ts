import { isObject, type JsonObject, toNumber } from '../../../../nodes/shared/http';
import { nodeStates } from './nodes';

/** How long a wait node waits unless it says otherwise, ms. */
const DEFAULT_WAIT_MS = 5 * 60_000;

/** What a run waits for. */
export interface B3osWait {
	/** The waiting node, `ask` or within a for-each node `each[2].ask`. */
	node: string;
	/** What ends the wait, as the node's `triggerType` says; null if that doesn't show. */
	for: string | null;
	/** ISO time since when it waits; null if that doesn't show. */
	since: string | null;
	/** ISO time at which it times out; null if that doesn't show. */
	until: string | null;
}

/**
 * The nodes that a run waits for.
 *
 * @param states of the nodes by ID
 * @param definition of the workflow, as the run shows it
 */
export function toWaits(states: JsonObject, definition: unknown): B3osWait[] {
	const nodes = isObject(definition) && isObject(definition.nodes) ? definition.nodes : {};
	return nodeStates(states)
		.filter(({ state }) => state.status === 'waiting')
		.map(({ path, state }) => {
			const definedAs = nodes[path.replace(/^.*\./, '')];
			const settings = [state.input, isObject(definedAs) ? definedAs.payload : undefined, state];
			const triggerType = firstOf(settings, 'triggerType');
			const since = toTime(state.startedAt);
			const timeoutMs = toNumber(firstOf(settings, 'timeoutMs'));
			const waitMs = timeoutMs ?? (state.type === 'wait' ? DEFAULT_WAIT_MS : undefined);
			const until = since === undefined || waitMs === undefined ? NaN : since + waitMs;
			return {
				node: path,
				for: typeof triggerType === 'string' ? triggerType : null,
				since: toIso(since),
				until: toIso(until),
			};
		});
}

function firstOf(places: unknown[], name: string): unknown {
	return places.filter(isObject).find((place) => place[name] !== undefined)?.[name];
}

function toTime(text: unknown): number | undefined {
	const time = typeof text === 'string' ? Date.parse(text) : NaN;
	return Number.isNaN(time) ? undefined : time;
}

/** @param time ms since 1970 */
function toIso(time: number | undefined): string | null {
	const date = new Date(time ?? NaN);
	return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
