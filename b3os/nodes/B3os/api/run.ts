import { randomUUID } from 'crypto';
import type { RunSnapshot, StartKey } from '../../../../nodes/runs';
import { isObject, type JsonObject, toNumber } from '../../../../nodes/shared/http';
import { type B3osFailure, endOf, toFailure } from './failure';
import { iterationsOf } from './nodes';
import { withoutSecrets } from './secrets';
import { type B3osWait, toWaits } from './waiting';

/**
 * A run as the layers above know it. All other fields are passed on with secrets masked, except for a top-level `error`:
 * a truthy one becomes `failure`.
 *
 * Source: `GET /v1/runs/{id}` in https://docs.b3os.org/api/reference
 */
export interface B3osRun {
	id: string;
	/** Empty where neither the run nor the caller names it. */
	workflowId: string;
	workflowVersion: number | null;
	/** running, waiting, success, partial, failure, cancelled, or one that is not known yet; `''` when none came. */
	status: string;
	/** Each node's result by the node's ID, without the triggers': `{ step1: { text: 'Hi' } }`. Absent in summaries and lists. */
	output?: JsonObject;
	/** Compute units; null until they are known. */
	totalCu: number | null;
	/** ISO time; null if none came. */
	startedAt: string | null;
	finishedAt: string | null;
	/** What a run with the status `waiting` waits for, where the states of its nodes came. */
	waiting?: B3osWait[];
	/** Why the run, or part of it, failed, and the IDs of the failed nodes. */
	failure?: B3osFailure;
	[other: string]: unknown;
}

/**
 * A run in one form, from what `getRun` or `listRuns` returned.
 *
 * @param workflowId used where the run does not name its own
 */
export function toRun(raw: JsonObject, workflowId: string): B3osRun {
	const safe = withoutSecrets(raw);
	const rest = { ...safe };
	delete rest.error;
	const status = typeof raw.status === 'string' ? raw.status.trim().toLowerCase() : '';
	const states = isObject(rest.executionState) ? rest.executionState : undefined;
	const failure = toFailure(status, states ?? {}, safe);
	return {
		...rest,
		id: typeof raw.id === 'string' ? raw.id : '',
		workflowId: typeof raw.workflowId === 'string' ? raw.workflowId : workflowId,
		workflowVersion: toNumber(raw.workflowVersion) ?? null,
		status,
		...(states && { output: toOutput(states, raw.triggerNodeId) }),
		totalCu: toNumber(raw.totalCu) ?? null,
		startedAt: typeof raw.startedAt === 'string' ? raw.startedAt : null,
		finishedAt: typeof raw.finishedAt === 'string' ? raw.finishedAt : null,
		...(states && status === 'waiting' && { waiting: toWaits(states, rest.workflowDefinition) }),
		...(failure && { failure }),
	};
}

/**
 * A run as the layer `runs` knows it.
 *
 * @param isFull whether the run was requested in full; a summary may still contain everything
 */
export function toSnapshot(
	raw: JsonObject,
	workflowId: string,
	isFull = false,
): RunSnapshot<B3osRun> {
	const run = toRun(raw, workflowId);
	return {
		id: run.id,
		// A status that is not known yet is one more on the way.
		state: run.status === '' ? 'unknown' : (endOf(run.status) ?? 'running'),
		isFull: isFull || isObject(raw.executionState),
		run: isFull ? { ...run, output: run.output ?? {} } : run,
	};
}

/** A random key in the form of a run ID: `run_0a1b…`. */
export function newRunId(): string {
	return `run_${randomUUID().replaceAll('-', '')}`;
}

/**
 * The ID that a run is started with: its key. Attempts have a form that nobody's own IDs have.
 *
 * @example `run_order_7`; after that run failed, `run_order_7__attempt2`
 */
export function runIdOf({ base, attempt }: StartKey): string {
	return attempt === 1 ? base : `${base}__attempt${attempt}`;
}

/** Whether B3OS accepts it as a run ID: `run_`, followed by letters, digits and underscores. */
export function isRunId(text: string): boolean {
	return /^run_\w+$/.test(text);
}

function toOutput(states: JsonObject, triggerNodeId: unknown): JsonObject {
	return Object.fromEntries(
		Object.entries(states).flatMap(([id, state]) => {
			if (!isObject(state) || id === triggerNodeId || isTrigger(id, state)) return [];
			const output = outputOf(state);
			return output === undefined || output === null ? [] : [[id, output]];
		}),
	);
}

/** A node's result; that of a for-each node is a list with the results of its nodes, by iteration. */
function outputOf(state: JsonObject): unknown {
	const iterations = iterationsOf(state);
	return iterations.length === 0
		? state.result
		: iterations.map((nodes) => toOutput(nodes, undefined));
}

/** Every workflow begins at `root`; other triggers are recognized by their types, such as `webhook-trigger`. */
function isTrigger(id: string, { type }: JsonObject): boolean {
	return id === 'root' || /(^|[^a-z])trigger($|[^a-z])/i.test(String(type));
}
