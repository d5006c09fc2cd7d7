import type { Answer } from './types';

/**
 * Who is told when the user stops the execution: one listener on the signal for all, and none while there are none. The
 * signal is that of a whole execution, which may run this node a thousand times.
 */
export class Aborts {
	private readonly listeners = new Set<() => void>();
	private readonly abortAll = () => this.listeners.forEach((listener) => listener());

	constructor(private readonly signal?: AbortSignal) {}

	get aborted(): boolean {
		return this.signal?.aborted ?? false;
	}

	/** @returns a function that removes the listener */
	add(listener: () => void): () => void {
		if (this.listeners.size === 0) this.signal?.addEventListener('abort', this.abortAll);
		this.listeners.add(listener);
		return () => {
			this.listeners.delete(listener);
			if (this.listeners.size === 0) this.signal?.removeEventListener('abort', this.abortAll);
		};
	}

	/** The answer, unless the user stops first. Not Promise.race: against one long-lived promise it keeps every answer. */
	async race<T, TError>(answer: Promise<Answer<T, TError>>): Promise<Answer<T, TError>> {
		return await new Promise((resolve, reject) => {
			const removeListener = this.add(() => resolve({ kind: 'aborted' }));
			answer.then(resolve, reject).finally(removeListener);
		});
	}
}
