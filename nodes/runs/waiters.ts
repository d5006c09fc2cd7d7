import type { WaitOutcome } from './types';

/** One caller that waits for a run. */
interface Waiter<TRun, TError> {
	/** When it has timed out, monotonic ms. */
	deadline: number;
	resolve: (outcome: WaitOutcome<TRun, TError>) => void;
	reject: (error: unknown) => void;
}

/** The callers that wait for one run; each has its own deadline. All times are monotonic, ms. */
export class Waiters<TRun, TError> {
	private readonly waiters = new Set<Waiter<TRun, TError>>();

	/** @param onEmpty called when nobody waits any more */
	constructor(private readonly onEmpty: () => void) {}

	get isEmpty(): boolean {
		return this.waiters.size === 0;
	}

	add(deadline: number): Promise<WaitOutcome<TRun, TError>> {
		const outcome = new Promise<WaitOutcome<TRun, TError>>((resolve, reject) => {
			this.waiters.add({ deadline, resolve, reject });
		});
		// A caller may attach its handlers later than this rejects.
		outcome.catch(() => undefined);
		return outcome;
	}

	/** Whether someone's deadline had passed at a time. */
	isOverdue(at: number): boolean {
		return this.overdue(at).length > 0;
	}

	/** The first deadline after a time; Infinity if there is none. */
	nextDeadline(after: number): number {
		let next = Infinity;
		for (const { deadline } of this.waiters) {
			if (deadline > after && deadline < next) next = deadline;
		}
		return next;
	}

	resolve(outcome: WaitOutcome<TRun, TError>): void {
		this.end([...this.waiters], (waiter) => waiter.resolve(outcome));
	}

	/** Resolves those whose deadline had passed at a time. */
	resolveOverdue(outcome: WaitOutcome<TRun, TError>, at: number): void {
		this.end(this.overdue(at), (waiter) => waiter.resolve(outcome));
	}

	reject(error: unknown): void {
		this.end([...this.waiters], (waiter) => waiter.reject(error));
	}

	private overdue(at: number): Array<Waiter<TRun, TError>> {
		return [...this.waiters].filter(({ deadline }) => deadline <= at);
	}

	private end(
		waiters: Array<Waiter<TRun, TError>>,
		settle: (waiter: Waiter<TRun, TError>) => void,
	): void {
		if (waiters.length === 0) return;
		waiters.forEach((waiter) => this.waiters.delete(waiter));
		if (this.isEmpty) this.onEmpty();
		waiters.forEach(settle);
	}
}
