import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import {
	type RunService,
	startAll,
	type StartJob,
	type StartOutcome,
	type StartRecord,
} from '../../runs';
import type { ErrorDetails } from '../http';
import type { ItemError } from './errors';
import { getExecutionState, getOtherTurns } from './executionState';
import { toJsonText } from '../http/jsonText';
import { describeDoubt } from './listDoubt';
import type { Result } from './results';
import type { RunClient } from './runClient';
import { showStarted } from './progress';
import { attempt, toItemError } from './thrown';
import type { StartNotes } from './startNotes';
import type { ParsedItem, ServiceAdapter } from './types';
import { type WaitedRun, waitForRun, type WaitOptions } from './waitForRuns';

/** What every start of one item has. */
export interface StartItem extends StartNotes {
	workflowId: string;
	/** The user's own key: one run per key, also across executions. */
	startKey?: string;
}

type Started<TRun> = Extract<StartOutcome<TRun, ErrorDetails>, { kind: 'started' }> & {
	/** As the service stores it, if it is known. */
	startKey?: string;
};
type NotStarted<TRun> = Exclude<StartOutcome<TRun, ErrorDetails>, { kind: 'started' }>;

/**
 * Starts one run per item, each exactly once: runs that earlier attempts of this execution started are reused.
 * Whatever is thrown for an item becomes its own error, and without continue-on-error no further start begins.
 *
 * @param onStarted makes the result of an item as soon as it has its run
 * @returns one result per item
 */
export async function startRuns<T extends StartItem & TRequest, TApi, TRequest, TRun, TFormat>(
	context: IExecuteFunctions,
	{ text, clock, runs: service, limiter }: RunClient<TApi, TRequest, TRun, TFormat>,
	items: Array<ParsedItem<T>>,
	onStarted: (entry: ParsedItem<T>, run: Started<TRun>) => Result | Promise<Result>,
): Promise<Result[]> {
	const failFast = !context.continueOnFail();
	const { jobs, errors } = toJobs(context, service, items);
	if (errors.length > 0 && failFast) return [...errors, ...jobs.map(toSkipped)];

	let hasThrown = false;
	const results = new Map<number, Promise<Result>>();
	const toThrownResult = (item: number) => (thrown: unknown) => {
		hasThrown = true;
		return toItemError(item, thrown);
	};
	const deps = {
		service,
		limiter,
		clock,
		newKey: text.newKey,
		records: getExecutionState<StartRecord[]>(context, 'starts', []),
		otherRecords: getOtherTurns<StartRecord[]>(context, 'starts').flat(),
		failFast,
		hasFailed: () => hasThrown,
	};
	const starting = startAll(jobs, deps, (job, outcome) => {
		if (outcome.kind === 'started') {
			const { id, reused: isReused } = outcome;
			const { item, workflowId } = job;
			showStarted(context, text, { item, id, workflowId, isReused });
		}
		const toResult = () =>
			outcome.kind === 'started'
				? onStarted(job, { ...outcome, startKey: startKeyOf(outcome, job, deps.records, text) })
				: toStartError(text, job, outcome);
		results.set(job.item, attempt<Result>(toResult, toThrownResult(job.item)));
	});
	const thrown = await starting.then(
		() => undefined,
		(reason: unknown) => ({ reason }),
	);
	const started = await Promise.all(
		jobs.map(
			async ({ item }) =>
				(await results.get(item)) ??
				toItemError(item, thrown ? thrown.reason : 'The run of this item was not started'),
		),
	);
	return [...errors, ...started];
}

/** The key that an item's run was started with, from what was recorded of its start or from the run as it was found. */
function startKeyOf<TRun, TFormat>(
	{ id, snapshot }: Started<TRun>,
	{ value }: ParsedItem<StartItem>,
	records: StartRecord[],
	{ keyText }: ServiceAdapter<TRun, TFormat>,
): string | undefined {
	const key = records.find(({ runId }) => runId === id) ?? snapshot?.key;
	try {
		return key ? keyText(key) : value.startKey;
	} catch {
		// The run is there, whatever its key.
		return undefined;
	}
}

type Job<T> = ParsedItem<T> & StartJob<T>;

/** Items as jobs for the starter, and the errors of those that can't become one. */
function toJobs<T extends StartItem & TRequest, TRequest, TRun>(
	context: IExecuteFunctions,
	{ userKeys }: RunService<TRequest, TRun, ErrorDetails>,
	items: Array<ParsedItem<T>>,
): { jobs: Array<Job<T>>; errors: ItemError[] } {
	const inputs = context.getInputData();
	const jobs: Array<Job<T>> = [];
	const errors: ItemError[] = [];
	for (const { item, value } of items) {
		try {
			const { workflowId, startKey } = value;
			const asked = startKey === undefined ? undefined : userKeys?.textOf(value);
			jobs.push({
				item,
				value,
				workflowId,
				fingerprint: fingerprintOf([workflowId, startKey, inputs[item].json]),
				requestFingerprint: asked === undefined ? undefined : fingerprintOf(asked),
				startKey,
				request: value,
			});
		} catch (thrown) {
			errors.push(toItemError(item, thrown));
		}
	}
	return { jobs, errors };
}

function toSkipped({ item }: { item: number }): Result {
	return { item, unfinished: 'skipped' };
}

/** Starts one run per item, and waits for each from the moment it is started. */
export async function startAndWait<
	T extends StartItem & WaitOptions & TRequest & TFormat,
	TApi,
	TRequest,
	TRun extends WaitedRun,
	TFormat,
>(
	context: IExecuteFunctions,
	client: RunClient<TApi, TRequest, TRun, TFormat>,
	items: Array<ParsedItem<T>>,
): Promise<Result[]> {
	return await startRuns(
		context,
		client,
		items,
		async (entry, { id, snapshot, startKey, reused: isReused }) =>
			await waitForRun(client, entry, id, { snapshot, startKey, isReused }),
	);
}

function toStartError<TRun, TFormat>(
	{ name, keyText, sentences }: ServiceAdapter<TRun, TFormat>,
	{ item, value: { workflowId, startKey } }: ParsedItem<StartItem>,
	outcome: NotStarted<TRun>,
): Result {
	switch (outcome.kind) {
		case 'rejected':
			return { item, ...outcome.error, run: { workflowId, startKey } };
		case 'indeterminate': {
			const key = keyText(outcome.key);
			return {
				item,
				run: { workflowId, startKey: key },
				message: [
					`Couldn't confirm whether a run of workflow ${workflowId} was started (start key ${key}).`,
					describeDoubt(name, outcome.doubt),
					outcome.error?.message,
				]
					.filter(Boolean)
					.join(' '),
				description: sentences.afterUnconfirmedStart,
			};
		}
		default:
			return { item, unfinished: outcome.kind };
	}
}

/** 22 characters of a hash, such as `pmWkWSBCL51Bfkhn79xPuK`. */
function fingerprintOf(value: unknown): string {
	return createHash('sha256').update(toJsonText(value)).digest('base64url').slice(0, 22);
}
