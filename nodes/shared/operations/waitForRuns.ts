import { type IDataObject, type IExecuteFunctions, UserError } from 'n8n-workflow';
import type { RunPoller, RunSnapshot, WaitOutcome } from '../../runs';
import type { ErrorDetails } from '../http';
import { type Choice, readChoice, readNumber, readOptions } from './parameters';
import type { Result } from './results';
import { describeThrown } from './thrown';
import type { ParsedItem, RunInfo, ServiceAdapter } from './types';

/** How to wait for one item's run. */
export interface WaitOptions {
	/** Empty where it is not known. */
	workflowId: string;
	/** Seconds. */
	timeout: number;
	/** `continue`: output the run with its current status. */
	onTimeout: Choice;
	/** `continue`: output the failed run. */
	onFailedRun: Choice;
}

/** The part of a run that waiting needs. */
export interface WaitedRun {
	status: string;
	failure?: { message: string };
	credits?: number | null;
}

/** As much of a client as waiting needs. */
export interface WaitClient<TRun, TFormat> {
	text: ServiceAdapter<TRun, TFormat>;
	poller: Pick<RunPoller<never, TRun, ErrorDetails>, 'waitForFinish'>;
}

const DEFAULT_TIMEOUT_S = 600;
const MAX_REASON_LENGTH = 500;

/** @throws ParameterError for a timeout or a choice that isn't valid */
export function readWaitOptions(
	context: IExecuteFunctions,
	item: number,
): Omit<WaitOptions, 'workflowId'> {
	const options = readOptions(context, item);
	return {
		timeout: readNumber(options, 'timeout', 'Timeout', DEFAULT_TIMEOUT_S),
		onTimeout: readChoice(options, 'onTimeout', 'On Timeout'),
		onFailedRun: readChoice(options, 'onFailedRun', 'On Failed Run'),
	};
}

/**
 * Waits for an item's run to finish.
 *
 * @param start how the run was started, if it was here
 * @param onEnd called with the run once it has ended
 * @throws when the run is there, but can't be output
 */
export async function waitForRun<TRun extends WaitedRun, TFormat>(
	{ poller, text }: WaitClient<TRun, TFormat>,
	{ item, value }: ParsedItem<WaitOptions & TFormat>,
	id: string,
	{ snapshot, ...start }: { snapshot?: RunSnapshot<TRun> } & RunInfo = {},
	onEnd?: (run: TRun) => void,
): Promise<Result> {
	const { workflowId, timeout } = value;
	const isNew = start.isReused === false;
	const target = { workflowId, id, timeoutMs: timeout * 1000, isNew };
	const outcome = await poller.waitForFinish(target, snapshot);
	if (outcome.kind === 'completed' || outcome.kind === 'failed') onEnd?.(outcome.run);
	return toWaitedResult(text, { item, value }, outcome, start);
}

/**
 * What the wait for an item's run came to.
 *
 * @param start how the run was started, if it was here
 * @throws when the run is there, but can't be output
 */
export function toWaitedResult<TRun extends WaitedRun, TFormat>(
	text: ServiceAdapter<TRun, TFormat>,
	{ item, value }: ParsedItem<WaitOptions & TFormat>,
	outcome: WaitOutcome<TRun, ErrorDetails>,
	start: RunInfo,
): Result {
	return {
		...toWaitResult(text, item, value, outcome),
		run: toRunInfo(value.workflowId, outcome, start),
	};
}

function toRunInfo<TRun extends WaitedRun>(
	workflowId: string,
	outcome: WaitOutcome<TRun, ErrorDetails>,
	{ startKey, isReused }: RunInfo,
): RunInfo {
	const run = 'run' in outcome ? outcome.run : undefined;
	const isUnfinished = outcome.kind === 'timedOut';
	const { status, credits } = run ?? {};
	return { runId: outcome.id, workflowId, status, credits, startKey, isReused, isUnfinished };
}

function toWaitResult<TRun extends WaitedRun, TFormat>(
	{ sentences, toJson, placeholderRun }: ServiceAdapter<TRun, TFormat>,
	item: number,
	options: WaitOptions & TFormat,
	outcome: WaitOutcome<TRun, ErrorDetails>,
): Result {
	const { workflowId, timeout, onTimeout, onFailedRun } = options;
	const name = workflowId ? `${outcome.id} of workflow ${workflowId}` : outcome.id;
	const output = (run: TRun): Result => ({
		item,
		json: formatted(() => toJson(run, options), name, sentences.afterUnreadableOutput),
	});

	switch (outcome.kind) {
		case 'completed':
			return output(outcome.run);
		case 'failed':
			if (onFailedRun === 'continue') return output(outcome.run);
			return {
				item,
				message: `Run ${name} failed${reasonText(outcome.run)}`,
				runFailure: outcome.run.failure?.message ?? 'No reason given',
				description: sentences.afterFailedRun,
			};
		case 'timedOut':
			if (onTimeout === 'continue') {
				return output(outcome.run ?? placeholderRun(outcome.id, workflowId));
			}
			return {
				item,
				message: `Run ${name} did not finish within ${timeout} ${timeout === 1 ? 'second' : 'seconds'}. ${lastStatus(outcome.run)}${lastCheck(outcome.error)}`,
				description: sentences.afterTimeout,
			};
		case 'unreadable':
			return {
				item,
				message: `The status of run ${name} couldn't be retrieved. ${lastStatus(outcome.run)} ${outcome.error.message}`,
				description: outcome.error.description,
			};
		default:
			return { item, unfinished: 'aborted' };
	}
}

/** @throws an error that names the run when formatting it throws */
function formatted(format: () => IDataObject, name: string, advice: string): IDataObject {
	const { json, thrown } = tryTo(format);
	if (json) return json;
	const { message } = describeThrown(thrown, advice);
	throw new UserError(`The output of run ${name} couldn't be processed: ${message}`, {
		description: advice,
	});
}

function tryTo(format: () => IDataObject): { json?: IDataObject; thrown?: unknown } {
	try {
		return { json: format() };
	} catch (thrown) {
		return { thrown };
	}
}

function reasonText({ failure }: WaitedRun): string {
	return failure ? `: ${failure.message.slice(0, MAX_REASON_LENGTH)}` : '';
}

function lastStatus(run: WaitedRun | undefined): string {
	return `Last status: ${run?.status || 'unknown'}.`;
}

function lastCheck(error: ErrorDetails | undefined): string {
	return error ? ` The last status check didn't succeed. ${error.message}` : '';
}
