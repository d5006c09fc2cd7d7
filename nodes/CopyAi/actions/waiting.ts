import type { IExecuteFunctions } from 'n8n-workflow';
import type { CopyAiRun, Fault } from '../../api';
import type { FollowOutcome } from '../../runs';
import { type OutputForm, readOutputForm, toJson } from './output';
import { readNumber, readOptions } from '../../shared/actions/parameters';
import type { Result } from '../../shared/actions/results';

/** How one item's run is waited for, and put out. */
export interface Waiting extends OutputForm {
	workflowId: string;
	/** Seconds. */
	timeLimit: number;
	onTimeLimit: unknown;
	onFailedRun: unknown;
}

/** @throws Refusal for a time limit that is none */
export function readWaiting(context: IExecuteFunctions, item: number): Omit<Waiting, 'workflowId'> {
	const options = readOptions(context, item);
	return {
		...readOutputForm(context, item),
		timeLimit: readNumber(options, 'timeLimit', 'Time Limit', 600),
		onTimeLimit: options.onTimeLimit,
		onFailedRun: options.onFailedRun,
	};
}

/** What a followed run comes to for its item. */
export function followResult(
	item: number,
	waiting: Waiting,
	outcome: FollowOutcome<CopyAiRun, Fault>,
): Result {
	const { workflowId, timeLimit } = waiting;
	const name = `Run ${outcome.id} of workflow ${workflowId}`;
	const put = (run: CopyAiRun) => ({ item, json: toJson(run, waiting) });

	switch (outcome.kind) {
		case 'done':
			return put(outcome.run);
		case 'failed':
			if (waiting.onFailedRun === 'continue') return put(outcome.run);
			return {
				item,
				message: `${name} ended FAILED: ${outcome.run.failure?.message.slice(0, 500)}`,
				description:
					'Open the run in Copy.ai to see which step it was. A retry of this node starts only what FAILED. To get failed runs as output, set the option On Failed Run to Continue.',
			};
		case 'overLimit': {
			if (waiting.onTimeLimit === 'continue') {
				return put(outcome.run ?? unseenRun(outcome.id, workflowId));
			}
			const unseen = outcome.fault
				? ` The last look brought nothing. ${outcome.fault.message}`
				: '';
			return {
				item,
				message: `${name} is not over after ${timeLimit} seconds; its last status was ${outcome.run?.status || 'not known'}.${unseen}`,
				description:
					'It goes on in Copy.ai. Raise the option Time Limit, set On Time Limit to Continue, or pick the run up later with the operation Wait.',
			};
		}
		case 'unreadable':
			return {
				item,
				message: `${name} exists but could not be read; its last status was ${outcome.run?.status || 'not known'}. ${outcome.fault.message}`,
				description: outcome.fault.description,
			};
		default:
			return { item, unfinished: 'stopped' };
	}
}

/** A run of which nothing is known yet but that it was started. */
export function unseenRun(id: string, workflowId: string): CopyAiRun {
	return {
		id,
		workflowId,
		status: 'NEW',
		input: {},
		output: {},
		metadata: null,
		credits: null,
		createdAt: null,
	};
}
