import type { IExecuteFunctions } from 'n8n-workflow';
import {
	type Answer,
	type Clock,
	type Debug,
	RequestLimiter,
	retry,
	RunPoller,
	type RunService,
	serviceMemory,
} from '../../runs';
import { clock as realClock, createRequestLog, type ErrorDetails, type RequestLog } from '../http';
import { describeThrown } from './thrown';
import type { ServiceAdapter } from './types';

type UserKeyRules<TRequest, TRun> = NonNullable<
	RunService<TRequest, TRun, ErrorDetails>['userKeys']
>;

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
	clock: Clock;
	debug: Debug;
	api: TApi;
	limiter: RequestLimiter<ErrorDetails>;
	runs: RunService<TRequest, TRun, ErrorDetails>;
	poller: RunPoller<TRequest, TRun, ErrorDetails>;
	/** Makes a call that is safe to repeat, a few times when the failure may be temporary. */
	retry<T>(call: () => Promise<Answer<T, ErrorDetails>>): Promise<Answer<T, ErrorDetails>>;
}

interface ClientDeps {
	clock?: Clock;
	/** That of the requests of `api`. */
	log?: RequestLog;
}

/** @param concurrency requests in flight at once */
export function buildRunClient<TApi, TRequest, TRun, TFormat>(
	context: IExecuteFunctions,
	text: ServiceAdapter<TRun, TFormat>,
	api: TApi,
	service: RunService<TRequest, TRun, ErrorDetails>,
	concurrency = DEFAULT_CONCURRENCY,
	{ clock = realClock, log = createRequestLog(context, text.name, clock) }: ClientDeps = {},
): RunClient<TApi, TRequest, TRun, TFormat> {
	const memory = serviceMemory(service.account, clock);
	const limiter = new RequestLimiter<ErrorDetails>(
		concurrency,
		context.getExecutionCancelSignal(),
		clock,
		memory.gate,
	);
	limiter.watch = log.watch;
	const runs = withoutThrows(service, text.name);
	return {
		text,
		clock,
		debug: log.say,
		api,
		limiter,
		runs,
		poller: new RunPoller({
			service: runs,
			limiter,
			clock,
			debug: log.say,
			memoryOf: (workflowId) => memory.workflow(workflowId),
		}),
		retry: async (call) => await retry(call, limiter, clock, READ_MAX_ATTEMPTS),
	};
}

/**
 * The service, with everything that is thrown while a call is made or its response is read as a failed call: it is the
 * outcome of one run, and must not end the work on all others. A start that threw may have started a run; a read that
 * threw would throw again.
 */
export function withoutThrows<TRequest, TRun>(
	service: RunService<TRequest, TRun, ErrorDetails>,
	name: string,
): RunService<TRequest, TRun, ErrorDetails> {
	const { getRunStatus, findRunByKey, userKeys } = service;
	const toFailedCall = <TKind extends 'indeterminate' | 'rejected'>(kind: TKind) => {
		return (thrown: unknown) => ({ kind, error: processingError(thrown, name) });
	};
	const asStart = toFailedCall('indeterminate');
	const asRead = toFailedCall('rejected');
	return {
		...service,
		startRun: async (...args) => await caught(async () => await service.startRun(...args), asStart),
		getRun: async (...args) => await caught(async () => await service.getRun(...args), asRead),
		listRuns: async (...args) => await caught(async () => await service.listRuns(...args), asRead),
		...(userKeys && { userKeys: withoutThrownComparison(userKeys) }),
		...(getRunStatus && {
			getRunStatus: async (...args) =>
				await caught(async () => await getRunStatus(...args), asRead),
		}),
		...(findRunByKey && {
			findRunByKey: async (...args) =>
				await caught(async () => await findRunByKey(...args), asRead),
		}),
	};
}

/** Runs that can't be compared count as different: then none is shared, and none is started either. */
function withoutThrownComparison<TRequest, TRun>(
	rules: UserKeyRules<TRequest, TRun>,
): UserKeyRules<TRequest, TRun> {
	return {
		...rules,
		isRunOf: (run, request) => {
			try {
				return rules.isRunOf(run, request);
			} catch {
				return false;
			}
		},
	};
}

async function caught<T>(
	call: () => Promise<Answer<T, ErrorDetails>>,
	toFailedCall: (thrown: unknown) => Answer<never, ErrorDetails>,
): Promise<Answer<T, ErrorDetails>> {
	try {
		return await call();
	} catch (thrown) {
		return toFailedCall(thrown);
	}
}

function processingError(thrown: unknown, name: string): ErrorDetails {
	const { message, description } = describeThrown(
		thrown,
		`Check the run in ${name}, and try again.`,
	);
	return { message: `The response of ${name} couldn't be processed: ${message}`, description };
}
