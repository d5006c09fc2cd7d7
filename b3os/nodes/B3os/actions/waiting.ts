import type { IExecuteFunctions } from 'n8n-workflow';
import type { Result } from '../../../../nodes/shared/actions/results';
import type { FollowOutcome } from '../../../../nodes/runs';
import type { Fault } from '../../../../nodes/shared/http/fault';
import {
	followResult as followAnyResult,
	readWaiting as readAnyWaiting,
	type Waiting as AnyWaiting,
} from '../../../../nodes/shared/actions/waiting';
import type { B3osRun } from '../api';
import { toJson, unseenRun } from './output';
import { readSimplify } from './parameters';

/** How one item's run is waited for, and put out. */
export interface Waiting extends AnyWaiting {
	workflowId: string;
	simplify: boolean;
}

/** @throws Refusal for a time limit that is none */
export function readWaiting(context: IExecuteFunctions, item: number): Omit<Waiting, 'workflowId'> {
	return { ...readAnyWaiting(context, item), simplify: readSimplify(context, item) };
}

/** What a followed run comes to for its item. */
export function followResult(
	item: number,
	waiting: Waiting,
	outcome: FollowOutcome<B3osRun, Fault>,
): Result {
	const { workflowId, simplify } = waiting;
	return followAnyResult(item, waiting, outcome, 'B3OS', workflowId, (run) =>
		toJson(run ?? unseenRun(outcome.id, workflowId), simplify),
	);
}
