import { retryDelay } from './delays';
import type { RequestLimiter } from './requestLimiter';
import { Streak } from './streak';
import type { Answer, Clock, Debug, MonotonicTime } from './types';

/** How long one item's start is tried, and how long one search is, ms. */
export const START_TIMEOUT_MS = 5 * 60_000;
/** How often a service is tried that cannot be reached at all. */
const MAX_UNREACHABLE_TRIES = 6;
/** How often a call whose answers get lost is made at least: waiting for them can take all the time there is. */
const MIN_INDETERMINATE_TRIES = 5;

/** What every call goes through, and the time. */
export interface CallDeps<TError> {
	limiter: RequestLimiter<TError>;
	clock: Clock;
	debug?: Debug;
}

/**
 * Whether one call may be made again, and when. Calls that serve the same purpose share the time at which that began,
 * so that they end together.
 */
export class RetryBudget<TError> {
	private tries = 0;
	private retryAt = 0;
	private isFinal = false;
	private minTries = 1;
	/** How long calls had to wait until they could be sent, ms: it does not count. */
	private waitedMs = 0;

	/** @param since when the purpose was first tried */
	constructor(
		private readonly deps: CallDeps<TError>,
		private readonly since: MonotonicTime = deps.clock.monotonicNow(),
	) {}

	/** Counts the time that a call had to wait for others, ms. */
	addWait(ms: number): void {
		this.waitedMs += ms;
	}

	/** Counts a call that did not succeed. */
	recordFailure(answer: Answer<unknown, TError>): void {
		const { clock } = this.deps;
		this.tries++;
		this.retryAt = clock.monotonicNow() + retryDelay(answer, this.tries, clock);
		this.minTries = answer.kind === 'indeterminate' ? MIN_INDETERMINATE_TRIES : 1;
		this.isFinal = isFinal(answer, this.tries);
	}

	/** Whether the service asked for no more time than there is, however much of it is left. */
	get canWait(): boolean {
		return !this.isFinal && this.retryAt - this.deps.clock.monotonicNow() <= START_TIMEOUT_MS;
	}

	/** Whether another call can help and there is time for it. */
	canRetry(): boolean {
		const now = this.deps.clock.monotonicNow();
		const pause = Math.max(0, this.retryAt - now);
		if (this.isFinal || pause > START_TIMEOUT_MS) return false;
		return (
			this.tries < this.minTries || now + pause - this.since - this.waitedMs <= START_TIMEOUT_MS
		);
	}

	/** Waits until the next call may be made; less when the user stops. */
	async wait(): Promise<void> {
		const { clock, limiter } = this.deps;
		await limiter.sleep(Math.max(0, this.retryAt - clock.monotonicNow()), clock);
	}
}

/** Makes a call that is harmless to repeat, again as long as its budget allows. */
export async function callWithin<T, TError>(
	deps: CallDeps<TError>,
	since: MonotonicTime,
	call: () => Promise<Answer<T, TError>>,
): Promise<Answer<T, TError>> {
	const budget = new RetryBudget(deps, since);
	const route = deps.limiter.newRoute();
	for (;;) {
		const answer = await deps.limiter.run(async (waitedMs) => {
			budget.addWait(waitedMs);
			return await call();
		}, route);
		if (answer.kind === 'ok') return answer;
		budget.recordFailure(answer);
		if (!budget.canRetry()) return answer;
		await budget.wait();
	}
}

/** As `callWithin`, for a run that is there: that it isn't, or may not be read, is believed only when it comes again. */
export async function readKnownRun<T, TError>(
	deps: CallDeps<TError>,
	call: () => Promise<Answer<T, TError>>,
): Promise<Answer<T, TError>> {
	const { clock, limiter } = deps;
	const refusals = new Streak();
	for (;;) {
		const answer = await callWithin(deps, clock.monotonicNow(), call);
		if (answer.kind !== 'notFound' && answer.kind !== 'rejected') return answer;
		refusals.add(clock.monotonicNow());
		if (refusals.isConclusive) return answer;
		await limiter.sleep(refusals.retryDelayMs, clock);
	}
}

/** Whether asking again is pointless. A service that asked to wait is there, and is asked for longer. */
function isFinal<TError>(answer: Answer<unknown, TError>, tries: number): boolean {
	if (answer.kind === 'indeterminate') return false;
	if (answer.kind !== 'retryable') return true;
	return answer.retryAfterMs === undefined && tries >= MAX_UNREACHABLE_TRIES;
}
