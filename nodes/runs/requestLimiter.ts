import type { Answer, Clock } from './types';

/**
 * The one door through which every call leaves: at most `concurrency` at once, none after a stop, and none
 * after the service has turned this caller away.
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

	/** Makes the call when there is room for it. A stop ends it at once, whatever the call does. */
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

	/** Waits; until the user stops, or `wake` is aborted, at the longest. */
	async sleep(ms: number, clock: Clock, wake = new AbortController()): Promise<void> {
		if (this.aborted) return;
		const forget = this.onAbort(() => wake.abort());
		await clock.sleep(ms, wake.signal).finally(forget);
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
			const forget = this.onAbort(() => resolve({ kind: 'aborted' }));
			answer.then(resolve, reject).finally(forget);
		});
	}

	/**
	 * One listener for all calls and pauses, and none while there are none: the signal is that of a whole execution,
	 * which may run this node a thousand times.
	 *
	 * @returns what ends the listening
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
