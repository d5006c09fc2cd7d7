import type { IExecuteFunctions } from 'n8n-workflow';
import { type Answer, Calls, Follower, insist, type RunService } from '../../runs';
import { clock, type Fault } from '../http';
import type { NodeService } from './types';

/** How often a single read is tried: over about four seconds. */
const READ_TRIES = 4;
/** Calls in flight at once where a node does not say. */
export const CONCURRENCY = 10;

/** What an operation works with. `A`: the service's endpoints, `Q`: what a start needs, `R` and `W`: see NodeService. */
export interface Tools<A, Q, R, W> {
	node: NodeService<R, W>;
	api: A;
	calls: Calls<Fault>;
	service: RunService<Q, R, Fault>;
	follower: Follower<Q, R, Fault>;
	/** Makes a call that is harmless to repeat; again for a while when it meets passing faults. */
	insist<T>(call: () => Promise<Answer<T, Fault>>): Promise<Answer<T, Fault>>;
}

/** @param concurrency calls in flight at once */
export function toTools<A, Q, R, W>(
	context: IExecuteFunctions,
	node: NodeService<R, W>,
	api: A,
	service: RunService<Q, R, Fault>,
	concurrency = CONCURRENCY,
): Tools<A, Q, R, W> {
	const calls = new Calls<Fault>(concurrency, context.getExecutionCancelSignal());
	return {
		node,
		api,
		calls,
		service,
		follower: new Follower({ service, calls, clock }),
		insist: async (call) => await insist(call, calls, clock, READ_TRIES),
	};
}
