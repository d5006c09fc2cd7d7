import type { CallWatch } from './callWatch';
import { Denials, type Route } from './denials';
import { FairQueue, type Lane } from './fairQueue';
import type { RequestGate } from './requestGate';
import type { Answer, Clock } from './types';

/** How often a start that waits checks whether it may be sent, ms. */
const START_CHECK_MS = 250;
/** The shortest time between a denial and the next start, ms. */
const START_AFTER_DENIAL_MS = 1_000;

/** Makes one call. @param waitedMs how long it had to wait until it could be sent, ms */
export type LimitedCall<T, TError> = (waitedMs: number) => Promise<Answer<T, TError>>;

/**
 * Every call goes through this: at most `concurrency` at once, no more of them than the service bears (see
 * RateController), none after the user has stopped the execution, and none that would only be denied again (see
 * Denials). Starts and all other calls are served by turns.
 *
 * After a denial no start is sent but one at a time, a second apart, until a good answer to any call shows that the
 * credential works:
 *
 *     open ──denied──> suspected ──good answer──────────────────────> open
 *                          └───────denied again, over some seconds──> what was denied is closed
 */
export class RequestLimiter<TError> {
	/** Told of every call. */
	watch: CallWatch = (_, call) => call();
	private available: number;
	private readonly queue = new FairQueue<() => void>();
	private readonly starts: Lane = {};
	private readonly others: Lane = {};
	private readonly abortListeners = new Set<() => void>();
	private readonly abortAll = () => this.abortListeners.forEach((listener) => listener());
	private readonly denials = new Denials<TError>();
	private isStartProbing = false;
	private routeCount = 0;

	/**
	 * @param concurrency calls in flight at once, at least 1
	 * @param signal aborted when the user stops the execution
	 * @param clock without it, each denial is final for its call and closes nothing
	 * @param gate shared by all that call the same service; without it, nothing but `concurrency` is kept
	 */
	constructor(
		readonly concurrency: number,
		private readonly signal?: AbortSignal,
		private readonly clock?: Clock,
		private readonly gate?: RequestGate,
	) {
		this.available = concurrency;
	}

	/** A route of its own, for a call and its retries. */
	newRoute(): Route {
		this.routeCount++;
		return { kind: 'other', workflowId: '', id: String(this.routeCount) };
	}

	/** What the service allows for each call, ms; 0 if it allows all that are wanted now. */
	get msPerCall(): number {
		return this.gate?.msPerCall ?? 0;
	}

	get aborted(): boolean {
		return this.signal?.aborted ?? false;
	}

	/**
	 * Makes the call once fewer than `concurrency` are in flight and the service bears one more. An abort ends it at once,
	 * whatever the call does.
	 *
	 * @param route what the call is about; with it, a denial is answered as `retryable` until it is final
	 */
	async run<T>(call: LimitedCall<T, TError>, route?: Route): Promise<Answer<T, TError>> {
		const askedAt = this.clock?.monotonicNow() ?? 0;
		await this.acquire(this.laneOf(route));
		try {
			return await this.call(call, askedAt, route);
		} finally {
			this.release();
		}
	}

	private async call<T>(
		call: LimitedCall<T, TError>,
		askedAt: number,
		route?: Route,
	): Promise<Answer<T, TError>> {
		const { clock, denials } = this;
		if (!clock) return await this.callUnlessAborted(async () => await call(0));
		if (!route) return await this.send(call, askedAt, clock);
		if (route.kind === 'start') await this.waitForTurn(route, clock);
		const closed = denials.closed(route);
		if (closed && !this.aborted) return closed;
		const isProbe = route.kind === 'start' && denials.deniedAt !== undefined;
		if (isProbe) this.isStartProbing = true;
		let sentAt = clock.monotonicNow();
		const sent: LimitedCall<T, TError> = async (waitedMs) => {
			sentAt = clock.monotonicNow();
			// It may have been closed while this call waited.
			return denials.closed(route) ?? (await call(waitedMs));
		};
		try {
			const answer = await this.send(sent, askedAt, clock, route);
			return denials.apply(route, answer, { askedAt, sentAt }, clock.monotonicNow());
		} finally {
			if (isProbe) this.isStartProbing = false;
		}
	}

	/** Sends the call as soon as the service bears it. */
	private async send<T>(
		call: LimitedCall<T, TError>,
		askedAt: number,
		clock: Clock,
		route?: Route,
	): Promise<Answer<T, TError>> {
		if (this.aborted) return { kind: 'aborted' };
		const onAbort = (listener: () => void) => this.onAbort(listener);
		const isAdmitted = await this.gate?.enter(this.laneOf(route), onAbort);
		if (isAdmitted === false) return { kind: 'aborted' };
		const sentAt = clock.monotonicNow();
		const waitedMs = sentAt - askedAt;
		let answer: Answer<T, TError> | undefined;
		try {
			const watched = () => this.watch({ route, waitedMs }, async () => await call(waitedMs));
			answer = await this.callUnlessAborted(watched);
			return answer;
		} finally {
			this.gate?.leave(sentAt, answer);
		}
	}

	private async callUnlessAborted<T>(
		call: () => Promise<Answer<T, TError>>,
	): Promise<Answer<T, TError>> {
		return this.aborted ? { kind: 'aborted' } : await this.raceAbort(call());
	}

	/** Lets others use the slot of a start that may not be sent yet. */
	private async waitForTurn(route: Route, clock: Clock): Promise<void> {
		while (!this.aborted && !this.denials.closed(route) && !this.mayStart(clock)) {
			this.release();
			await this.sleep(START_CHECK_MS, clock);
			await this.acquire(this.starts);
		}
	}

	private mayStart(clock: Clock): boolean {
		const { deniedAt } = this.denials;
		if (deniedAt === undefined) return true;
		return !this.isStartProbing && clock.monotonicNow() >= deniedAt + START_AFTER_DENIAL_MS;
	}

	/** Waits for `ms`, or less if the user stops the execution or `wake` is aborted. */
	async sleep(ms: number, clock: Clock, wake = new AbortController()): Promise<void> {
		if (this.aborted) return;
		const removeListener = this.onAbort(() => wake.abort());
		await clock.sleep(ms, wake.signal).finally(removeListener);
	}

	private laneOf(route: Route | undefined): Lane {
		return route?.kind === 'start' ? this.starts : this.others;
	}

	private async acquire(lane: Lane): Promise<void> {
		if (this.available > 0) this.available--;
		else await new Promise<void>((resolve) => this.queue.add(lane, resolve));
	}

	private release(): void {
		const next = this.queue.next();
		if (next) next();
		else this.available++;
	}

	// Not Promise.race: a race against one long-lived promise keeps every answer in memory.
	private async raceAbort<T>(answer: Promise<Answer<T, TError>>): Promise<Answer<T, TError>> {
		return await new Promise((resolve, reject) => {
			const removeListener = this.onAbort(() => resolve({ kind: 'aborted' }));
			answer.then(resolve, reject).finally(removeListener);
		});
	}

	/**
	 * One listener on the signal for all calls and sleeps, and none while there are none: the signal is that of a whole
	 * execution, which may run this node a thousand times.
	 *
	 * @returns a function that removes the listener
	 */
	private onAbort(listener: () => void): () => void {
		if (this.abortListeners.size === 0) this.signal?.addEventListener('abort', this.abortAll);
		this.abortListeners.add(listener);
		return () => {
			this.abortListeners.delete(listener);
			if (this.abortListeners.size === 0) this.signal?.removeEventListener('abort', this.abortAll);
		};
	}
}
