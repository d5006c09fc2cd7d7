import type { Answer, Clock } from './types';

/**
 * Every call goes through this: at most `concurrency` at once, none after the user has stopped the execution, and none
 * after the service has rejected the credential.
 */
export class RequestLimiter<TError> {
	private available: number;
	private readonly queue: Array<() => void> = [];
	private readonly abortListeners = new Set<() => void>();
	private readonly abortAll = () => this.abortListeners.forEach((listener) => listener());
	private unauthorized?: Answer<never, TError>;

	/**
	 * @param concurrency calls in flight at once, at least 1
	 * @param signal aborted when the user stops the execution
	 */
	constructor(
		readonly concurrency: number,
		private readonly signal?: AbortSignal,
	) {
		this.available = concurrency;
	}

	get aborted(): boolean {
		return this.signal?.aborted ?? false;
	}

	/** Makes the call once fewer than `concurrency` are in flight. An abort ends it at once, whatever the call does. */
	async run<T>(call: () => Promise<Answer<T, TError>>): Promise<Answer<T, TError>> {
		await this.acquire();
		try {
			if (this.aborted) return { kind: 'aborted' };
			if (this.unauthorized) return this.unauthorized;
			const answer = await this.raceAbort(call());
			if (answer.kind === 'unauthorized') this.unauthorized = answer;
			return answer;
		} finally {
			this.release();
		}
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
