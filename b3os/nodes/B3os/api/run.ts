import { randomUUID } from 'crypto';
import type { RunSnapshot, StartKey } from '../../../../nodes/runs';
import { isObject, type JsonObject, toNumber } from '../../../../nodes/shared/http';
import { withoutSecrets } from './secrets';

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
	/** Why the run, or part of it, failed, and the IDs of the failed nodes. */
	failure?: { message: string; nodes: string[] };
	[other: string]: unknown;
}

/** How a run ended. `partial` has outputs to continue with; its failed nodes are in `failure`. */
const FINAL: Record<string, 'completed' | 'failed'> = {
	success: 'completed',
	partial: 'completed',
	failure: 'failed',
	cancelled: 'failed',
};

/**
 * A run in one form, from what `getRun` or `listRuns` returned.
 *
 * @param workflowId used where the run does not name its own
 */
export function toRun(raw: JsonObject, workflowId: string): B3osRun {
	const { error, ...rest } = withoutSecrets(raw);
	const status = typeof raw.status === 'string' ? raw.status.trim().toLowerCase() : '';
	const states = isObject(rest.executionState) ? rest.executionState : undefined;
	const failure = toFailure(status, states ?? {}, error);
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
		state: run.status === '' ? 'unknown' : (FINAL[run.status] ?? 'running'),
		isFull: isFull || isObject(raw.executionState),
		run: isFull ? { ...run, output: run.output ?? {} } : run,
	};
}

/** A random key in the form of a run ID: `run_0a1b…`. */
export function newRunId(): string {
	return `run_${randomUUID().replaceAll('-', '')}`;
}

/** The ID that a run is started with, which is its key: `run_a`, and `run_a_2` for its second attempt. */
export function runIdOf({ base, attempt }: StartKey): string {
	return attempt === 1 ? base : `${base}_${attempt}`;
}

/** Whether B3OS accepts it as a run ID: `run_`, followed by letters, digits and underscores. */
export function isRunId(text: string): boolean {
	return /^run_\w+$/.test(text);
}

function toOutput(states: JsonObject, triggerNodeId: unknown): JsonObject {
	return Object.fromEntries(
		Object.entries(states).flatMap(([id, state]) =>
			isObject(state) && hasResult(state) && id !== triggerNodeId && !isTrigger(id, state)
				? [[id, state.result]]
				: [],
		),
	);
}

function hasResult({ result }: JsonObject): boolean {
	return result !== undefined && result !== null;
}

/** Every workflow begins at `root`; other triggers are recognized by their types, such as `webhook-trigger`. */
function isTrigger(id: string, { type }: JsonObject): boolean {
	return id === 'root' || /(^|[^a-z])trigger($|[^a-z])/i.test(String(type));
}

function toFailure(status: string, states: JsonObject, error: unknown): B3osRun['failure'] {
	const failed = Object.entries(states).filter(
		(entry): entry is [string, JsonObject] => isObject(entry[1]) && entry[1].status === 'failure',
	);
	const isFailed = FINAL[status] === 'failed';
	if (!isFailed && !error && (failed.length === 0 || status !== 'partial')) return undefined;
	const reasons = failed.map(([id, state]) => `${id}: ${reasonOf(state) ?? NO_REASON}`);
	const [first = textIn(error) ?? (status === 'cancelled' ? 'The run was canceled' : NO_REASON)] =
		reasons;
	return {
		message: reasons.length > 1 ? reasons.join('; ') : first,
		nodes: failed.map(([id]) => id),
	};
}

const NO_REASON = 'B3OS gave no reason';

/** Where a node says why it failed isn't documented. */
function reasonOf({ error, result, message }: JsonObject): string | undefined {
	return textIn(error) ?? textIn(result) ?? textIn(message);
}

function textIn(value: unknown, depth = 3): string | undefined {
	if (typeof value === 'string') return value.trim() || undefined;
	if (!isObject(value) || depth === 0) return undefined;
	const { error, message, reason } = value;
	return textIn(error, depth - 1) ?? textIn(message, depth - 1) ?? textIn(reason, depth - 1);
}
