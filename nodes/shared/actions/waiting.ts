import type { IExecuteFunctions } from 'n8n-workflow';
import type { FollowOutcome, Seen } from '../../runs';
import type { Fault } from '../http';
import { readNumber, readOptions } from './parameters';
import type { Result } from './results';
import type { Tools } from './tools';
import type { Entry, NodeService } from './types';

/** How one item's run is waited for. */
export interface Waiting {
	/** Empty where it is not known. */
	workflowId: string;
	/** Seconds. */
	timeLimit: number;
	onTimeLimit: unknown;
	onFailedRun: unknown;
}

/** A run as far as waiting looks at it. */
export interface WaitedRun {
	status: string;
	failure?: { message: string };
}

/** @throws Refusal for a time limit that is none */
export function readWaiting(context: IExecuteFunctions, item: number): Omit<Waiting, 'workflowId'> {
	const options = readOptions(context, item);
	return {
		timeLimit: readNumber(options, 'timeLimit', 'Time Limit', 600),
		onTimeLimit: options.onTimeLimit,
		onFailedRun: options.onFailedRun,
	};
}

/**
 * Follows an item's run to its end.
 *
 * @param results gets what the run comes to
 * @param seen how it stood when it was found
 */
export async function follow<A, Q, R extends WaitedRun, W>(
	{ follower, node }: Tools<A, Q, R, W>,
	{ item, value }: Entry<Waiting & W>,
	id: string,
	results: Result[],
	seen?: Seen<R>,
): Promise<void> {
	const { workflowId: group, timeLimit } = value;
	const end = await follower.add({ group, id, limitMs: timeLimit * 1000 }, seen);
	results.push(followResult(node, item, value, end));
}

function followResult<R extends WaitedRun, W>(
	{ name: service, failed, toJson, unseenRun }: NodeService<R, W>,
	item: number,
	waiting: Waiting & W,
	outcome: FollowOutcome<R, Fault>,
): Result {
	const { workflowId, timeLimit, onTimeLimit, onFailedRun } = waiting;
	const name = `Run ${outcome.id}${workflowId && ` of workflow ${workflowId}`}`;
	const put = (run: R) => ({ item, json: toJson(run, waiting) });
	const lastStatus = (run?: R) => `its last status was ${run?.status || 'not known'}`;

	switch (outcome.kind) {
		case 'done':
			return put(outcome.run);
		case 'failed':
			if (onFailedRun === 'continue') return put(outcome.run);
			return {
				item,
				message: `${name} ended ${outcome.run.status}: ${outcome.run.failure?.message.slice(0, 500)}`,
				description: `Open the run in ${service} to see which step it was. A retry of this node starts only what ${failed}. To get failed runs as output, set the option On Failed Run to Continue.`,
			};
		case 'overLimit': {
			if (onTimeLimit === 'continue') return put(outcome.run ?? unseenRun(outcome.id, workflowId));
			const unseen = outcome.fault
				? ` The last look brought nothing. ${outcome.fault.message}`
				: '';
			return {
				item,
				message: `${name} is not over after ${timeLimit} seconds; ${lastStatus(outcome.run)}.${unseen}`,
				description: `It goes on in ${service}. Raise the option Time Limit, set On Time Limit to Continue, or pick the run up later with the operation Wait.`,
			};
		}
		case 'unreadable':
			return {
				item,
				message: `${name} exists but could not be read; ${lastStatus(outcome.run)}. ${outcome.fault.message}`,
				description: outcome.fault.description,
			};
		default:
			return { item, unfinished: 'stopped' };
	}
}
