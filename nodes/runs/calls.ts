import type { Answer } from './types';

/**
 * The one door through which every call leaves: at most `concurrency` at once, none after a stop, and none
 * after the service has turned this caller away.
 */
export class Calls<F> {
	private free: number;
	private readonly queue: Array<() => void> = [];
	private readonly onStop = new Set<() => void>();
	private denied?: Answer<never, F>;

	/**
	 * @param concurrency calls in flight at once, at least 1
	 * @param signal aborted when the user stops the execution
	 */
	constructor(
		readonly concurrency: number,
		readonly signal?: AbortSignal,
	) {
		this.free = concurrency;
		// One listener for all calls: a listener each would be hundreds on one signal.
		signal?.addEventListener('abort', () => this.onStop.forEach((stop) => stop()), { once: true });
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
			const stop = () => resolve({ kind: 'stopped' });
			this.onStop.add(stop);
			answer.then(resolve, reject).finally(() => this.onStop.delete(stop));
		});
	}
}
