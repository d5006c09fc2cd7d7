import type { Clock, RequestLimiter, RunPoller } from '../../runs';
import type { ErrorDetails } from '../http';
import type { Result, RunInfo, WaitClient, WaitOptions } from '../operations';

/** A run that is still waited for. Dates are ms since 1970: no other clock goes on while n8n sleeps. */
export interface AsleepRun<TRun, TFormat> {
	item: number;
	id: string;
	/** How it is waited for, and how it is output. */
	value: WaitOptions & TFormat;
	/** How it was started, if it was here. */
	start: RunInfo;
	startedAt: number;
	deadline: number;
	/** As last seen. */
	lastSeen?: TRun;
	/** Whether the service refused to show it when it was polled last. */
	isRefused?: boolean;
}

/** All that the helper execution knows: the JSON of its one item. */
export interface SleepState<TRun, TFormat> {
	/** When to poll next, a date. */
	wakeAt: number;
	/** Whether the runs were polled just now, so that the first step only sleeps. */
	isFresh: boolean;
	/** Poll steps that the helper still has. */
	pollsLeft: number;
	/** Requests in flight at once. */
	concurrency: number;
	/** Runs that aren't over. */
	runs: Array<AsleepRun<TRun, TFormat>>;
	/** What the other items came to: they aren't asked for again. */
	results: Result[];
}

/** As much of a client as waiting asleep needs. */
export interface SleepClient<TRun, TFormat> extends WaitClient<TRun, TFormat> {
	poller: Pick<RunPoller<never, TRun, ErrorDetails>, 'waitForFinish' | 'addToOrder'>;
	clock: Clock;
	limiter: RequestLimiter<ErrorDetails>;
}
