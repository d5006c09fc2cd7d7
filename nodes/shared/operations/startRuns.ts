import type { IExecuteFunctions } from 'n8n-workflow';
import {
	type ExecutionCosts,
	recordOf,
	type RunSnapshot,
	startAll,
	type StartOutcome,
	type StartRecord,
} from '../../runs';
import type { ErrorDetails } from '../http';
import { executionCosts, withBudgetErrors } from './creditBudget';
import { getExecutionState, getOtherTurns } from './executionState';
import { OwnRuns } from './ownRuns';
import type { Result } from './results';
import type { RunClient } from './runClient';
import { showStarted } from './progress';
import { attempt, toItemError } from './thrown';
import { toStartError } from './startErrors';
import { type StartItem, toJobs } from './startJobs';
import type { StartReport } from './startReport';
import type { ParsedItem, RunInfo, ServiceAdapter } from './types';
import { type WaitedRun, waitForRun, type WaitOptions } from './waitForRuns';

/** What starts of some operations have besides. */
interface StartExtras {
	/** What the runs of the execution have cost; needed for items with a budget. */
	costs?: ExecutionCosts;
	report?: StartReport;
}

type Started<TRun> = Extract<StartOutcome<TRun, ErrorDetails>, { kind: 'started' }> & {
	/** As the service stores it, if it is known. */
	startKey?: string;
};

/**
 * Starts one run per item, each exactly once: runs that earlier attempts of this execution started are reused.
 * Whatever is thrown for an item becomes its own error, and without continue-on-error no further start begins.
 *
 * @param onStarted makes the result of an item as soon as it has its run
 * @returns one result per item
 */
export async function startRuns<T extends StartItem & TRequest, TApi, TRequest, TRun, TFormat>(
	context: IExecuteFunctions,
	{ text, clock, debug, runs: service, limiter }: RunClient<TApi, TRequest, TRun, TFormat>,
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
		debug,
		newKey: text.newKey,
		records: getExecutionState<StartRecord[]>(context, 'starts', []),
		otherRecords: getOtherTurns<StartRecord[]>(context, 'starts').flat(),
		failFast,
		hasFailed: () => hasThrown,
		costs,
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

/** The key that an item's run was started with, from what was recorded of its start or from the run as it was found. */
function startKeyOf<TRun, TFormat>(
	{ id, snapshot }: Started<TRun>,
	{ value }: ParsedItem<StartItem>,
	records: StartRecord[],
	{ keyText }: ServiceAdapter<TRun, TFormat>,
): string | undefined {
	const key = recordOf(records, id) ?? snapshot?.key;
	try {
		return key ? keyText(key) : value.startKey;
	} catch {
		// The run is there, whatever its key.
		return undefined;
	}
}

function toSkipped({ item }: { item: number }): Result {
	return { item, unfinished: 'skipped' };
}

/** Waits for the run of an item, as `waitForRun` does. */
export type WaitForRun<T, TRun> = (
	entry: ParsedItem<T>,
	id: string,
	start: { snapshot?: RunSnapshot<TRun> } & RunInfo,
	onEnd: (run: TRun) => void,
) => Promise<Result>;

/**
 * Starts one run per item, and waits for each from the moment it is started.
 *
 * @param wait in place of `waitForRun`
 */
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
	wait: WaitForRun<T, TRun> = async (...args) => await waitForRun(client, ...args),
): Promise<Result[]> {
	const costs = executionCosts(context, client, items);
	const own = new OwnRuns(context);
	const { creditsOf } = client.runs;
	const settle = (id: string, run: TRun) => (costs ?? own).settle(id, creditsOf?.(run));
	const results = await startRuns(
		context,
		client,
		items,
		async (entry, { id, snapshot, startKey, reused }) => {
			const isReused = !own.add(entry.value.workflowId, id, reused);
			return await wait(entry, id, { snapshot, startKey, isReused }, (run) => settle(id, run));
		},
		{ costs, report },
	);
	if (!costs) return results;
	report?.setBudget(costs, items);
	return withBudgetErrors(context, client.text, costs, items, results);
}
