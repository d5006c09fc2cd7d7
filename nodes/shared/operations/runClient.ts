import type { IExecuteFunctions } from 'n8n-workflow';
import { type Answer, RequestLimiter, retry, RunPoller, type RunService } from '../../runs';
import { clock, type ErrorDetails } from '../http';
import type { ServiceAdapter } from './types';

/** How often a single read is tried: over about four seconds. */
const READ_MAX_ATTEMPTS = 4;
/** Requests in flight at once where a node does not say. */
export const DEFAULT_CONCURRENCY = 10;

/**
 * What an operation works with.
 *
 * TApi: the service's endpoints. TRequest: what a start needs. TRun and TFormat: see ServiceAdapter.
 */
export interface RunClient<TApi, TRequest, TRun, TFormat> {
	text: ServiceAdapter<TRun, TFormat>;
	api: TApi;
	limiter: RequestLimiter<ErrorDetails>;
	runs: RunService<TRequest, TRun, ErrorDetails>;
	poller: RunPoller<TRequest, TRun, ErrorDetails>;
	/** Makes a call that is safe to repeat, a few times when the failure may be temporary. */
	retry<T>(call: () => Promise<Answer<T, ErrorDetails>>): Promise<Answer<T, ErrorDetails>>;
}

/** @param concurrency requests in flight at once */
export function buildRunClient<TApi, TRequest, TRun, TFormat>(
	context: IExecuteFunctions,
	text: ServiceAdapter<TRun, TFormat>,
	api: TApi,
	runs: RunService<TRequest, TRun, ErrorDetails>,
	concurrency = DEFAULT_CONCURRENCY,
): RunClient<TApi, TRequest, TRun, TFormat> {
	const limiter = new RequestLimiter<ErrorDetails>(
		concurrency,
		context.getExecutionCancelSignal(),
		clock,
	);
	return {
		text,
		api,
		limiter,
		runs,
		poller: new RunPoller({ service: runs, limiter, clock }),
		retry: async (call) => await retry(call, limiter, clock, READ_MAX_ATTEMPTS),
	};
}
