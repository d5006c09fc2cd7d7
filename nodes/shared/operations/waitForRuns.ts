import type { IExecuteFunctions } from 'n8n-workflow';
import type { WaitOutcome, RunSnapshot } from '../../runs';
import type { ErrorDetails } from '../http';
import { readNumber, readOptions } from './parameters';
import { type Result } from './results';
import { type RunClient } from './runClient';
import { type ParsedItem, type ServiceAdapter } from './types';

/** How one item's run is waited for. */
export interface WaitOptions {
	/** Empty where it is not known. */
	workflowId: string;
	/** Seconds. */
	timeout: number;
	onTimeout: unknown;
	onFailedRun: unknown;
}

/** A run as far as waiting looks at it. */
export interface WaitedRun {
	status: string;
	failure?: { message: string };
}

/** @throws Refusal for a time limit that is none */
export function readWaitOptions(
	context: IExecuteFunctions,
	item: number,
): Omit<WaitOptions, 'workflowId'> {
	const options = readOptions(context, item);
	return {
		timeout: readNumber(options, 'timeout', 'Timeout', 600),
		onTimeout: options.onTimeout,
		onFailedRun: options.onFailedRun,
	};
}

/**
 * Follows an item's run to its end.
 *
 * @param results gets what the run comes to
 * @param seen how it stood when it was found
 */
export async function waitForRun<TApi, TRequest, TRun extends WaitedRun, TFormat>(
	{ poller, text }: RunClient<TApi, TRequest, TRun, TFormat>,
	{ item, value }: ParsedItem<WaitOptions & TFormat>,
	id: string,
	results: Result[],
	seen?: RunSnapshot<TRun>,
): Promise<void> {
	const { workflowId, timeout } = value;
	const end = await poller.waitForFinish({ workflowId, id, timeoutMs: timeout * 1000 }, seen);
	results.push(toWaitResult(text, item, value, end));
}

function toWaitResult<TRun extends WaitedRun, TFormat>(
	{ name: service, failed, toJson, placeholderRun }: ServiceAdapter<TRun, TFormat>,
	item: number,
	options: WaitOptions & TFormat,
	outcome: WaitOutcome<TRun, ErrorDetails>,
): Result {
	const { workflowId, timeout, onTimeout, onFailedRun } = options;
	const name = `Run ${outcome.id}${workflowId && ` of workflow ${workflowId}`}`;
	const put = (run: TRun) => ({ item, json: toJson(run, options) });
	const lastStatus = (run?: TRun) => `its last status was ${run?.status || 'not known'}`;

	switch (outcome.kind) {
		case 'completed':
			return put(outcome.run);
		case 'failed':
			if (onFailedRun === 'continue') return put(outcome.run);
			return {
				item,
				message: `${name} ended ${outcome.run.status}: ${outcome.run.failure?.message.slice(0, 500)}`,
				description: `Open the run in ${service} to see which step it was. A retry of this node starts only what ${failed}. To get failed runs as output, set the option On Failed Run to Continue.`,
			};
		case 'timedOut': {
			if (onTimeout === 'continue')
				return put(outcome.run ?? placeholderRun(outcome.id, workflowId));
			const unseen = outcome.error
				? ` The last look brought nothing. ${outcome.error.message}`
				: '';
			return {
				item,
				message: `${name} is not over after ${timeout} seconds; ${lastStatus(outcome.run)}.${unseen}`,
				description: `It goes on in ${service}. Raise the option Time Limit, set On Time Limit to Continue, or pick the run up later with the operation Wait.`,
			};
		}
		case 'unreadable':
			return {
				item,
				message: `${name} exists but could not be read; ${lastStatus(outcome.run)}. ${outcome.error.message}`,
				description: outcome.error.description,
			};
		default:
			return { item, unfinished: 'aborted' };
	}
}
