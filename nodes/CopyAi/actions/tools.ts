import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import {
	clock,
	type CopyAiRun,
	type Endpoints,
	endpoints,
	type Fault,
	runService,
	type StartRequest,
} from '../../api';
import {
	type Answer,
	Calls,
	Follower,
	insist,
	type RunService,
	type StartRecord,
} from '../../runs';

/** How often a single read is tried: over about four seconds. */
const READ_TRIES = 4;
/** Calls in flight at once where a node does not say. */
export const CONCURRENCY = 10;

/** What an operation works with. */
export interface Tools {
	api: Endpoints;
	calls: Calls<Fault>;
	service: RunService<StartRequest, CopyAiRun, Fault>;
	follower: Follower<StartRequest, CopyAiRun, Fault>;
	/** Makes a call that only reads; again for a while when it meets passing faults. */
	insist<T>(call: () => Promise<Answer<T, Fault>>): Promise<Answer<T, Fault>>;
}

/**
 * @param concurrency calls in flight at once
 * @throws what n8n throws when the credential is missing or can't be read
 */
export async function openTools(
	context: IExecuteFunctions,
	concurrency = CONCURRENCY,
): Promise<Tools> {
	const api = await endpoints(context);
	const calls = new Calls<Fault>(concurrency, context.getExecutionCancelSignal());
	const service = runService(api);
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
	const kept: IDataObject & { copyAiStarts?: Record<number, StartRecord[]> } =
		context.getContext('node');
	const runIndex = context.getWorkflowDataProxy(0).$runIndex as number;
	kept.copyAiStarts ??= {};
	return (kept.copyAiStarts[runIndex] ??= []);
}
