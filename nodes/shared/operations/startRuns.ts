import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import {
	type ExecutionCosts,
	type RunService,
	startAll,
	type StartJob,
	type StartOutcome,
	type StartRecord,
} from '../../runs';
import type { ErrorDetails } from '../http';
import { executionCosts, withBudgetErrors } from './creditBudget';
import type { ItemError } from './errors';
import { getExecutionState, getOtherTurns } from './executionState';
import { toJsonText } from './jsonText';
import type { Result } from './results';
import type { RunClient } from './runClient';
import { attempt, toItemError } from './thrown';
import { toStartError } from './startErrors';
import type { StartNotes } from './startNotes';
import type { StartReport } from './startReport';
import type { ParsedItem } from './types';
import { type WaitedRun, waitForRun, type WaitOptions } from './waitForRuns';

/** What every start of one item has. */
export interface StartItem extends StartNotes {
	workflowId: string;
	/** The user's own key: one run per key, also across executions. */
	startKey?: string;
	/** Credits that the runs of the execution may cost together. */
	creditBudget?: number;
	/** How old a run with equal values may be to be used instead of a new one, ms. */
	reuseWithinMs?: number;
}

/** What starts of some operations have besides. */
interface StartExtras {
	/** What the runs of the execution have cost; needed for items with a budget. */
	costs?: ExecutionCosts;
	report?: StartReport;
}

type Started<TRun> = Extract<StartOutcome<TRun, ErrorDetails>, { kind: 'started' }>;

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
	{ costs, report }: StartExtras = {},
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
		costs,
	};
	const starting = startAll(jobs, deps, (job, outcome) => {
		const toResult = () =>
			outcome.kind === 'started' ? onStarted(job, outcome) : toStartError(text, job, outcome);
		const result = attempt<Result>(toResult, toThrownResult(job.item));
		results.set(job.item, result);
		if (outcome.kind !== 'started') return;
		report?.add(job.item, outcome);
		// Whatever came of it, nobody waits for its cost any more.
		if (costs) void result.then(() => costs.settle(outcome.id));
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
			const { workflowId, startKey, creditBudget, reuseWithinMs } = value;
			const mayShare = startKey !== undefined || reuseWithinMs !== undefined;
			const asked = mayShare ? userKeys?.textOf(value) : undefined;
			jobs.push({
				item,
				value,
				workflowId,
				fingerprint: fingerprintOf([workflowId, startKey, inputs[item].json]),
				requestFingerprint: asked === undefined ? undefined : fingerprintOf(asked),
				startKey,
				creditBudget,
				reuseWithinMs,
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
	report?: StartReport,
): Promise<Result[]> {
	const costs = executionCosts(context, client, items);
	const { creditsOf } = client.runs;
	const results = await startRuns(
		context,
		client,
		items,
		async (entry, { id, snapshot }) =>
			await waitForRun(client, entry, id, snapshot, (run) => costs?.settle(id, creditsOf?.(run))),
		{ costs, report },
	);
	if (!costs) return results;
	report?.setBudget(costs, items);
	return withBudgetErrors(context, client.text, costs, items, results);
}

/** 22 characters of a hash, such as `pmWkWSBCL51Bfkhn79xPuK`. */
function fingerprintOf(value: unknown): string {
	return createHash('sha256').update(toJsonText(value)).digest('base64url').slice(0, 22);
}
