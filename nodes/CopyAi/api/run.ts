import type { RunSnapshot, StartKey } from '../../runs';
import {
	findReason,
	findReasonInFields,
	isObject,
	isTooDeep,
	type JsonObject,
	parseJson,
	redact,
	toNumber,
	truncate,
	withoutDeepNesting,
} from '../../shared/http';

/**
 * A run as the layers above know it, whatever form it came in. All other fields are passed on unchanged, except for the
 * service's `error`: a truthy one becomes `failure`.
 *
 * Source: https://support.fullcast.com/apidocs/get-workflow-run-2
 */
export interface CopyAiRun {
	id: string;
	workflowId: string;
	/** NEW, WAITING, PROCESSING, RETRYING, COMPLETE, FAILED, or one that is not known yet; `''` when none came. */
	status: string;
	/** Names of start variables and their values. */
	input: JsonObject;
	/** Step names and their outputs: text, JSON text, array or object; may be partial or `{}` before the end. */
	output: unknown;
	metadata: JsonObject | null;
	/** What the run cost; null until it is known. */
	credits: number | null;
	/** ISO time; null if none came. */
	createdAt: string | null;
	/** Why the run failed, as far as Copy.ai says. */
	failure?: JsonObject & { message: string };
	[other: string]: unknown;
}

const FINAL = new Map<string, 'completed' | 'failed'>([
	['COMPLETE', 'completed'],
	['FAILED', 'failed'],
]);

/**
 * A run in one form, from what `getRun` or `listRuns` returned or an event contained.
 *
 * @param workflowId used where the run does not name its own
 */
export function toRun(raw: JsonObject, workflowId: string): CopyAiRun {
	const { error, result, ...rest } = raw;
	const status = typeof raw.status === 'string' ? raw.status.trim().toUpperCase() : '';
	const failure = toFailure(error, raw, status);
	return {
		...rest,
		id: runId(raw) ?? '',
		workflowId: typeof raw.workflowId === 'string' ? raw.workflowId : workflowId,
		status,
		input: isObject(raw.input) ? raw.input : {},
		output: isBlank(raw.output) ? (result ?? raw.output ?? {}) : raw.output,
		metadata: toMetadata(raw.metadata),
		credits: toNumber(raw.credits) ?? null,
		createdAt: typeof raw.createdAt === 'string' ? raw.createdAt : null,
		...(failure && { failure }),
	};
}

/** A run's id is in either of two fields, `id` or `workflowRunId`. */
export function runId(raw: JsonObject): string | undefined {
	return [raw.id, raw.workflowRunId].find(
		(id): id is string => typeof id === 'string' && id !== '',
	);
}

/** A run as the layer `runs` knows it. @param workflowId used where the run does not name its own */
export function toSnapshot(raw: JsonObject, workflowId: string): RunSnapshot<CopyAiRun> {
	const run = toRun(raw, workflowId);
	return {
		id: run.id,
		// A status that is not known yet is one more on the way.
		state: run.status === '' ? 'unknown' : (FINAL.get(run.status) ?? 'running'),
		isFull: 'output' in raw || 'result' in raw,
		key: readKey(run.metadata),
		// `null` is what a run without metadata shows, and what a list that leaves it out may show for any.
		keyOmitted: run.metadata === null,
		inputOmitted: !isObject(raw.input),
		createdAt: toTime(run.createdAt),
		run,
	};
}

/** An object, or JSON text that holds one. */
function toMetadata(metadata: unknown): JsonObject | null {
	const value = typeof metadata === 'string' ? parseJson(metadata) : metadata;
	return isObject(value) ? withoutDeepNesting(value) : null;
}

/** ms since 1970. */
function toTime(createdAt: string | null): number | undefined {
	const time = Date.parse(createdAt ?? '');
	return Number.isNaN(time) ? undefined : time;
}

/** The key as text, in messages and in `metadata.n8nStartKey`: `order-7`, and `order-7.2` for its second attempt. */
export function keyText({ base, attempt }: StartKey): string {
	return attempt === 1 ? base : `${base}.${attempt}`;
}

/**
 * The metadata that a run is started with: `{ n8nStartKey: 'order-7.2', n8nStartAttempt: 2 }` besides the user's own.
 * The attempt distinguishes it from a user's own key `order-7.2`.
 */
export function withKey(metadata: JsonObject, key: StartKey): JsonObject {
	return {
		...metadata,
		n8nStartKey: keyText(key),
		...(key.attempt > 1 && { n8nStartAttempt: key.attempt }),
	};
}

function readKey(metadata: JsonObject | null): StartKey | undefined {
	const text = metadata?.n8nStartKey;
	if (typeof text !== 'string') return undefined;
	const attempt = toNumber(metadata?.n8nStartAttempt) ?? 1;
	const suffix = `.${attempt}`;
	return attempt > 1 && Number.isInteger(attempt) && text.endsWith(suffix)
		? { base: text.slice(0, -suffix.length), attempt }
		: { base: text, attempt: 1 };
}

/**
 * Why a run failed, from its `error`, or where that says nothing from the other fields that can hold a reason. The
 * fields of `error` are kept, except where they are nested too deep for n8n.
 */
function toFailure(error: unknown, raw: JsonObject, status: string): CopyAiRun['failure'] {
	if (!error && status !== 'FAILED') return undefined;
	const reason = findReason(error) ?? findReasonInFields(raw) ?? NO_REASON;
	const message = truncate(redact(reason), MAX_REASON_LENGTH);
	return isObject(error) && !isTooDeep(error) ? { ...error, message } : { message };
}

const NO_REASON = 'Copy.ai gave no reason';
const MAX_REASON_LENGTH = 2_000;

/**
 * A run that came, with JSON text for what is nested too deep for n8n. Of a failed run, whose reason is searched for in
 * its fields, only the output is kept so; a deep `error` becomes its reason.
 */
export function withoutDeepFields(raw: JsonObject): JsonObject {
	if (!isTooDeep(raw)) return raw;
	const run = { ...raw };
	if (isTooDeep(run.error)) run.error = { message: findReason(run.error) ?? NO_REASON };
	const isFailed = String(run.status).trim().toUpperCase() === 'FAILED';
	const isNeeded = ([name, value]: [string, unknown]) => name === 'output' || !isTooDeep(value);
	return withoutDeepNesting(
		isFailed ? Object.fromEntries(Object.entries(run).filter(isNeeded)) : run,
	);
}

function isBlank(output: unknown): boolean {
	return (
		output === undefined ||
		output === null ||
		(isObject(output) && Object.keys(output).length === 0)
	);
}
