import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { clock } from '../http/clock';
import {
	type Answer,
	Calls,
	Follower,
	insist,
	type RunService,
	type StartRecord,
} from '../../runs';
import type { Fault } from '../http/fault';

/** How often a single read is tried: over about four seconds. */
const READ_TRIES = 4;
/** Calls in flight at once where a node does not say. */
export const CONCURRENCY = 10;

/** What an operation works with. `A`: the service's endpoints. */
export interface Tools<A, Q, R> {
	api: A;
	calls: Calls<Fault>;
	service: RunService<Q, R, Fault>;
	follower: Follower<Q, R, Fault>;
	/** Makes a call that is harmless to repeat; again for a while when it meets passing faults. */
	insist<T>(call: () => Promise<Answer<T, Fault>>): Promise<Answer<T, Fault>>;
}

/** @param concurrency calls in flight at once */
export function toTools<A, Q, R>(
	context: IExecuteFunctions,
	api: A,
	service: RunService<Q, R, Fault>,
	concurrency = CONCURRENCY,
): Tools<A, Q, R> {
	const calls = new Calls<Fault>(concurrency, context.getExecutionCancelSignal());
	return {
		api,
		calls,
		service,
		follower: new Follower({ service, calls, clock }),
		insist: async (call) => await insist(call, calls, clock, READ_TRIES),
	};
}

/**
 * What earlier tries of this execution started. n8n keeps a node's context over the tries of Retry On Fail and
 * for Executions > Retry, by the node's name alone: a loop enters it once per run index.
 */
export function startRecords(context: IExecuteFunctions): StartRecord[] {
	const kept: IDataObject & { starts?: Record<number, StartRecord[]> } = context.getContext('node');
	const runIndex = context.getWorkflowDataProxy(0).$runIndex as number;
	kept.starts ??= {};
	return (kept.starts[runIndex] ??= []);
}
