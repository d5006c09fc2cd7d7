import { Denials, type Route } from './denials';
import type { Answer, Clock } from './types';

/** How often a start that waits checks whether it may be sent, ms. */
const START_CHECK_MS = 250;
/** The shortest time between a denial and the next start, ms. */
const START_AFTER_DENIAL_MS = 1_000;

/** A call that is sent now. */
export interface SentCall {
	route?: Route;
	/** How long it waited until it could be sent, ms. */
	waitedMs: number;
}

/** Makes a call, and takes note of what is sent by it. */
export type CallWatch = <T>(sent: SentCall, call: () => T) => T;

/**
 * Every call goes through this: at most `concurrency` at once, none after the user has stopped the execution, and none
 * that would only be denied again (see Denials).
 *
 * After a denial no start is sent but one at a time, a second apart, until a good answer to any call shows that the
 * credential works:
 *
 *     open ──denied──> suspected ──good answer──────────────────────> open
 *                          └───────denied again, over some seconds──> what was denied is closed
 */
export class RequestLimiter<TError> {
	/** Told of every call. */
	watch?: CallWatch;
	private available: number;
	private readonly queue: Array<() => void> = [];
	private readonly abortListeners = new Set<() => void>();
	private readonly abortAll = () => this.abortListeners.forEach((listener) => listener());
	private readonly denials = new Denials<TError>();
	private isStartProbing = false;
	private routeCount = 0;

	/**
	 * @param concurrency calls in flight at once, at least 1
	 * @param signal aborted when the user stops the execution
	 * @param clock without it, each denial is final for its call and closes nothing
	 */
	constructor(
		readonly concurrency: number,
		private readonly signal?: AbortSignal,
		private readonly clock?: Clock,
	) {
		this.available = concurrency;
	}

	/** A route of its own, for a call and its retries. */
	newRoute(): Route {
		this.routeCount++;
		return { kind: 'other', workflowId: '', id: String(this.routeCount) };
	}

	get aborted(): boolean {
		return this.signal?.aborted ?? false;
	}

	/**
	 * Makes the call once fewer than `concurrency` are in flight. An abort ends it at once, whatever the call does.
	 *
	 * @param route what the call is about; with it, a denial is answered as `retryable` until it is final
	 */
	async run<T>(call: () => Promise<Answer<T, TError>>, route?: Route): Promise<Answer<T, TError>> {
		const askedAt = this.clock?.monotonicNow() ?? 0;
		await this.acquire();
		try {
			return await this.call(this.watched(call, askedAt, route), askedAt, route);
		} finally {
			this.release();
		}
	}

	private async call<T>(
		call: () => Promise<Answer<T, TError>>,
		askedAt: number,
		route?: Route,
	): Promise<Answer<T, TError>> {
		const { clock, denials } = this;
		if (!route || !clock) return await this.callUnlessAborted(call);
		if (route.kind === 'start') await this.waitForTurn(route, clock);
		const closed = denials.closed(route);
		if (closed && !this.aborted) return closed;
		const isProbe = route.kind === 'start' && denials.deniedAt !== undefined;
		if (isProbe) this.isStartProbing = true;
		const sentAt = clock.monotonicNow();
		try {
			const answer = await this.callUnlessAborted(call);
			return denials.apply(route, answer, { askedAt, sentAt }, clock.monotonicNow());
		} finally {
			if (isProbe) this.isStartProbing = false;
		}
	}

	private watched<T>(call: () => T, askedAt: number, route?: Route): () => T {
		const { clock, watch } = this;
		if (!clock || !watch) return call;
		return () => watch({ route, waitedMs: clock.monotonicNow() - askedAt }, call);
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
			await this.acquire();
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

	private async acquire(): Promise<void> {
		if (this.available > 0) this.available--;
		else await new Promise<void>((resolve) => this.queue.push(resolve));
	}

	private release(): void {
		const next = this.queue.shift();
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
