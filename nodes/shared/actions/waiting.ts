import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readNumber, readOptions } from './parameters';
import type { Result } from './results';
import type { FollowOutcome } from '../../runs';
import type { Fault } from '../http/fault';

/** How one item's run is waited for. */
export interface Waiting {
	/** Seconds. */
	timeLimit: number;
	onTimeLimit: unknown;
	onFailedRun: unknown;
}

/** A run as far as waiting looks at it. */
interface WaitedRun {
	status: string;
	failure?: { message: string };
}

/** @throws Refusal for a time limit that is none */
export function readWaiting(context: IExecuteFunctions, item: number): Waiting {
	const options = readOptions(context, item);
	return {
		timeLimit: readNumber(options, 'timeLimit', 'Time Limit', 600),
		onTimeLimit: options.onTimeLimit,
		onFailedRun: options.onFailedRun,
	};
}

/**
 * What a followed run comes to for its item.
 *
 * @param service its name
 * @param workflowId empty where it is not known
 * @param toJson the run as it goes out; without a run, one of which nothing is known but its id
 */
export function followResult<R extends WaitedRun>(
	item: number,
	{ timeLimit, onTimeLimit, onFailedRun }: Waiting,
	outcome: FollowOutcome<R, Fault>,
	service: string,
	workflowId: string,
	toJson: (run?: R) => IDataObject,
): Result {
	const name = `Run ${outcome.id}${workflowId && ` of workflow ${workflowId}`}`;
	const last = (run?: R) => `its last status was ${run?.status || 'not known'}`;

	switch (outcome.kind) {
		case 'done':
			return { item, json: toJson(outcome.run) };
		case 'failed':
			if (onFailedRun === 'continue') return { item, json: toJson(outcome.run) };
			return {
				item,
				message: `${name} ended ${outcome.run.status}: ${outcome.run.failure?.message.slice(0, 500)}`,
				description: `Open the run in ${service} to see which step it was. A retry of this node starts only such runs again. To get them as output, set the option On Failed Run to Continue.`,
			};
		case 'overLimit': {
			if (onTimeLimit === 'continue') return { item, json: toJson(outcome.run) };
			const unseen = outcome.fault
				? ` The last look brought nothing. ${outcome.fault.message}`
				: '';
			return {
				item,
				message: `${name} is not over after ${timeLimit} seconds; ${last(outcome.run)}.${unseen}`,
				description: `It goes on in ${service}. Raise the option Time Limit, set On Time Limit to Continue, or pick the run up later with the operation Wait.`,
			};
		}
		case 'unreadable':
			return {
				item,
				message: `${name} exists but could not be read; ${last(outcome.run)}. ${outcome.fault.message}`,
				description: outcome.fault.description,
			};
		default:
			return { item, unfinished: 'stopped' };
	}
}
