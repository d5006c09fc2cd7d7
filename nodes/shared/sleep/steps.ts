import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { clock } from '../http';
import {
	attempt,
	type Result,
	toItemError,
	toStorable,
	toWaitedResult,
	type WaitedRun,
} from '../operations';
import { isOpen, pollOnce, storableRun } from './pollOnce';
import { progressItems, toLostError, toLostItem } from './progressItems';
import { nextWake } from './schedule';
import { untilStarted } from './startup';
import type { AsleepRun, SleepState, SleepClient } from './types';

/** What all items came to, for the last step of the helper. Runs that it still has are lost, as no step is left. */
export function readResults(context: IExecuteFunctions): Result[] {
	const { runs, results } = readState<WaitedRun, unknown>(context);
	return [...results, ...runs.map((run) => toLostError(run))];
}

/** The state that a step of the helper was given. */
function readState<TRun, TFormat>(context: IExecuteFunctions): SleepState<TRun, TFormat> {
	const [{ json }] = context.getInputData();
	return json as unknown as SleepState<TRun, TFormat>;
}

/** A state as the one item that is passed from step to step. */
export function toStateItem<TRun, TFormat>(state: SleepState<TRun, TFormat>): INodeExecutionData {
	return { json: state as unknown as IDataObject, pairedItem: { item: 0 } };
}

/**
 * A step of the helper: polls all runs that aren't over, unless that was done just now, and puts the execution to sleep if
 * some are left. Never throws, as one error would take the place of all results.
 *
 * @param createClient may throw, for example when the credential can't be read: that is tried again after a sleep
 * @returns on the second output all results, when there are no runs left; on the first what is known until then
 */
export async function pollStep<TRun extends WaitedRun, TFormat>(
	context: IExecuteFunctions,
	createClient: (state: SleepState<TRun, TFormat>) => Promise<SleepClient<TRun, TFormat>>,
): Promise<INodeExecutionData[][]> {
	const state = readState<TRun, TFormat>(context);
	const next = state.isFresh
		? { ...state, isFresh: false }
		: await poll(context, state, createClient);
	if (next.runs.length === 0) return [[], [toStateItem(next)]];
	// After the sleep n8n doesn't run the node again: what flows on then is the node's input.
	context.getInputData()[0] = toStateItem(next);
	await context.putExecutionToWait(new Date(next.wakeAt));
	// And this is what n8n takes for the result if it loses the execution and doesn't know why.
	return [progressItems(next.runs, next.results, toLostItem)];
}

async function poll<TRun extends WaitedRun, TFormat>(
	context: IExecuteFunctions,
	state: SleepState<TRun, TFormat>,
	createClient: (state: SleepState<TRun, TFormat>) => Promise<SleepClient<TRun, TFormat>>,
): Promise<SleepState<TRun, TFormat>> {
	await untilStarted(clock, context.getExecutionCancelSignal());
	const pollsLeft = state.pollsLeft - 1;
	const isLast = pollsLeft <= 0;
	const polled = await attempt(
		async () => {
			const client = await createClient(state);
			return await Promise.all(state.runs.map(async (run) => await pollRun(client, run, isLast)));
		},
		(thrown) => state.runs.map((run) => afterThrow(run, isLast, thrown)),
	);
	const runs = polled.flatMap((entry) => ('value' in entry ? [entry] : []));
	const results = polled.flatMap((entry) => ('value' in entry ? [] : [entry]));
	const wakeAt = runs.length > 0 ? nextWake(clock.now(), runs) : state.wakeAt;
	return { ...state, pollsLeft, wakeAt, runs, results: [...state.results, ...results] };
}

/** @returns the run, if it is to be polled again, or what its item came to */
async function pollRun<TRun extends WaitedRun, TFormat>(
	client: SleepClient<TRun, TFormat>,
	run: AsleepRun<TRun, TFormat>,
	isLast: boolean,
): Promise<AsleepRun<TRun, TFormat> | Result> {
	return await attempt<AsleepRun<TRun, TFormat> | Result>(
		async () => {
			const outcome = await pollOnce(client, run);
			const lastSeen = storableRun('run' in outcome ? outcome.run : undefined) ?? run.lastSeen;
			if (!isLast && isOpen(outcome, run, clock.now())) return { ...run, lastSeen };
			// One refusal may be an outage. Two in a row, more than a minute apart, are not.
			const isFirstRefusal = outcome.kind === 'unreadable' && !run.isRefused;
			if (!isLast && isFirstRefusal) return { ...run, lastSeen, isRefused: true };
			const seen = outcome.kind === 'timedOut' ? { ...outcome, run: lastSeen } : outcome;
			return toStorable(toWaitedResult(client.text, run, seen, run.start));
		},
		(thrown) => afterThrow(run, isLast, thrown),
	);
}

function afterThrow<TRun, TFormat>(
	run: AsleepRun<TRun, TFormat>,
	isLast: boolean,
	thrown: unknown,
): AsleepRun<TRun, TFormat> | Result {
	if (!isLast && clock.now() < run.deadline) return run;
	const { item, id: runId, value, start } = run;
	return { ...toItemError(item, thrown), run: { ...start, runId, workflowId: value.workflowId } };
}
