import { backoff } from './delays';
import type { ListedRun } from './listIndex';
import type { Answer, Clock, RunSnapshot, WaitOutcome } from './types';

/** A run that was just started can be unknown to reads for this long, ms. */
const READ_LAG_MS = 30_000;

/** Any answer but a good one. */
export type FailedCall<TError> = Exclude<Answer<never, TError>, { kind: 'ok' }>;

/** What a run is added with. */
interface AddedRun {
	id: string;
	/** How many runs of its workflow were added before it. */
	addedIndex: number;
	/** How long it may take from now on, ms. */
	timeoutMs: number;
	/** How long to wait before it is polled for the first time, ms. */
	firstDelayMs: number;
}

/**
 * One run that is waited for, and when it is polled next.
 *
 *     added ──> polled ──┬── snapshot: completed, failed ───────────────> completed, failed
 *                 ▲      ├── snapshot: running, before the deadline ──┐
 *                 │      ├── failed call, before the deadline ────────┤
 *                 └──────┼────────────── nextPollAt ──────────────────┘
 *                        ├── either of them, at the deadline ───────────> timedOut
 *                        ├── rejected; not found after READ_LAG_MS ─────> unreadable
 *                        └── aborted ───────────────────────────────────> aborted
 */
export class PolledRun<TRun, TError> implements ListedRun {
	readonly id: string;
	readonly addedIndex: number;
	readonly addedAt: number;
	/** When it has timed out, ms since 1970. The last poll is made exactly then. */
	readonly deadline: number;
	readonly outcome: Promise<WaitOutcome<TRun, TError>>;
	/** ms since 1970. */
	nextPollAt: number;
	listOffset?: number;
	lastSnapshot?: TRun;
	/** Failed polls in a row. */
	private failedPolls = 0;
	private resolve!: (outcome: WaitOutcome<TRun, TError>) => void;
	private rejectOutcome!: (error: unknown) => void;

	/** @param onSettled called once, when the run has its outcome */
	constructor(
		{ id, addedIndex, timeoutMs, firstDelayMs }: AddedRun,
		private readonly clock: Clock,
		private readonly onSettled: () => void,
	) {
		this.id = id;
		this.addedIndex = addedIndex;
		this.addedAt = clock.now();
		this.deadline = this.addedAt + timeoutMs;
		this.nextPollAt = this.addedAt + Math.min(firstDelayMs, timeoutMs);
		this.outcome = new Promise((resolve, reject) => {
			this.resolve = resolve;
			this.rejectOutcome = reject;
		});
	}

	/** Time since it was added, ms. */
	get ageMs(): number {
		return this.clock.now() - this.addedAt;
	}

	/** @param nextDelay how long to wait before the next poll, ms; called only if there is one */
	applySnapshot(snapshot: RunSnapshot<TRun>, nextDelay: () => number): void {
		const { id } = this;
		const { run } = snapshot;
		this.failedPolls = 0;
		this.lastSnapshot = run;
		if (hasEnded(snapshot)) {
			this.settle({ kind: snapshot.state, id, run });
		} else if (this.clock.now() >= this.deadline) {
			this.settle({ kind: 'timedOut', id, run });
		} else {
			this.scheduleNextPoll(nextDelay());
		}
	}

	/** A poll of this run alone that failed. */
	applyReadFailure(answer: FailedCall<TError>): void {
		const isNotFound = answer.kind === 'notFound' && this.ageMs >= READ_LAG_MS;
		if (answer.kind === 'rejected' || isNotFound) this.giveUp(answer.error);
		else this.applyFailure(answer);
	}

	/** Any poll that failed, of a whole page perhaps. */
	applyFailure(answer: FailedCall<TError>): void {
		const { id } = this;
		if (answer.kind === 'aborted') {
			this.settle({ kind: 'aborted', id });
		} else if (this.clock.now() >= this.deadline) {
			this.settle({ kind: 'timedOut', id, run: this.lastSnapshot, error: answer.error });
		} else {
			this.failedPolls++;
			const retryAfterMs = 'retryAfterMs' in answer ? answer.retryAfterMs : 0;
			this.scheduleNextPoll(backoff(this.failedPolls, this.clock, retryAfterMs));
		}
	}

	giveUp(error: TError): void {
		this.settle({ kind: 'unreadable', id: this.id, run: this.lastSnapshot, error });
	}

	settle(outcome: WaitOutcome<TRun, TError>): void {
		this.onSettled();
		this.resolve(outcome);
	}

	/** Ends the wait with what was thrown. */
	reject(error: unknown): void {
		this.onSettled();
		this.rejectOutcome(error);
	}

	private scheduleNextPoll(delayMs: number): void {
		this.nextPollAt = Math.min(this.clock.now() + delayMs, this.deadline);
	}
}

export function hasEnded<TRun>(
	snapshot: RunSnapshot<TRun>,
): snapshot is RunSnapshot<TRun> & { state: 'completed' | 'failed' } {
	return snapshot.state === 'completed' || snapshot.state === 'failed';
}
