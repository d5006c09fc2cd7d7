import type { Answer, Clock } from './types';

/**
 * The one door through which every call leaves: at most `concurrency` at once, none after a stop, and none
 * after the service has turned this caller away.
 */
export class Calls<F> {
	private free: number;
	private readonly queue: Array<() => void> = [];
	private readonly onStop = new Set<() => void>();
	private readonly stopAll = () => this.onStop.forEach((stop) => stop());
	private denied?: Answer<never, F>;

	/**
	 * @param concurrency calls in flight at once, at least 1
	 * @param signal aborted when the user stops the execution
	 */
	constructor(
		readonly concurrency: number,
		private readonly signal?: AbortSignal,
	) {
		this.free = concurrency;
	}

	get stopped(): boolean {
		return this.signal?.aborted ?? false;
	}

	/** Makes the call when there is room for it. A stop ends it at once, whatever the call does. */
	async run<T>(call: () => Promise<Answer<T, F>>): Promise<Answer<T, F>> {
		await this.enter();
		try {
			if (this.stopped) return { kind: 'stopped' };
			if (this.denied) return this.denied;
			const answer = await this.untilStopped(call());
			if (answer.kind === 'denied') this.denied = answer;
			return answer;
		} finally {
			this.leave();
		}
	}

	/** Waits; until the user stops, or `wake` is aborted, at the longest. */
	async pause(ms: number, clock: Clock, wake = new AbortController()): Promise<void> {
		if (this.stopped) return;
		const forget = this.whenStopped(() => wake.abort());
		await clock.sleep(ms, wake.signal).finally(forget);
	}

	private async enter(): Promise<void> {
		if (this.free > 0) this.free--;
		else await new Promise<void>((resolve) => this.queue.push(resolve));
	}

	private leave(): void {
		const next = this.queue.shift();
		if (next) next();
		else this.free++;
	}

	// Not Promise.race: a race against one long-lived promise keeps every answer in memory.
	private async untilStopped<T>(answer: Promise<Answer<T, F>>): Promise<Answer<T, F>> {
		return await new Promise((resolve, reject) => {
			const forget = this.whenStopped(() => resolve({ kind: 'stopped' }));
			answer.then(resolve, reject).finally(forget);
		});
	}

	/**
	 * One listener for all calls and pauses, and none while there are none: the signal is that of a whole execution,
	 * which may run this node a thousand times.
	 *
	 * @returns what ends the listening
	 */
	private whenStopped(stop: () => void): () => void {
		if (this.onStop.size === 0) this.signal?.addEventListener('abort', this.stopAll);
		this.onStop.add(stop);
		return () => {
			this.onStop.delete(stop);
			if (this.onStop.size === 0) this.signal?.removeEventListener('abort', this.stopAll);
		};
	}
}
