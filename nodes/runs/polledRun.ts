import { minPollDelay, retryDelay } from './delays';
import type { ListedRun } from './listIndex';
import { DECISION_WINDOW_MS, Streak } from './streak';
import type { Answer, Clock, RunSnapshot, WaitOutcome } from './types';
import { Waiters } from './waiters';

/** A run that was just started can be unknown to reads for this long, ms. */
const READ_LAG_MS = 30_000;

/** Answers that refuse to show one run. */
const REFUSALS = ['notFound', 'rejected', 'alreadyExists'];

/** Any answer but a good one. */
export type FailedCall<TError> = Exclude<Answer<never, TError>, { kind: 'ok' }>;

/**
 * One run that is waited for, and when it is polled next. Each caller that waits for it has its own deadline.
 *
 *     polled ──┬── snapshot: completed, failed ───────────────────────────────> all: completed, failed
 *       ▲      ├── snapshot: running ──> those at their deadline: timedOut ──┐
 *       │      ├── failed call ──┬── those at their deadline, if polls after │
 *       │      │                 │   it failed for some seconds: timedOut ───┤
 *       └──────┼─── nextPollAt ──┴───────────────────────────────────────────┘
 *              ├── rejected or not found, in a row for some seconds ──────────> all: unreadable
 *              ├── a poll throws, in a row for some seconds ──────────────────> all: rejected with what was thrown
 *              └── denied for good; aborted ──────────────────────────────────> all: unreadable; aborted
 */
export class PolledRun<TRun, TError> {
	/** When it was added, monotonic ms. */
	readonly addedAt: number;
	/** When to poll it next, monotonic ms. The last poll before a deadline is made exactly then. */
	nextPollAt: number;
	lastSnapshot?: TRun;
	/** Its age when it was seen running last, ms. */
	private runningMs = 0;
	/** Failed polls in a row. */
	private failedPolls = 0;
	/** Polls that were answered with a refusal of this run, or threw. */
	private readonly refusals = new Streak();
	/** Failed polls after a deadline: two decide, however far apart they are. */
	private readonly overdueFailures = new Streak(2, Infinity);
	private readonly waiters: Waiters<TRun, TError>;

	/**
	 * @param listed where it is in its workflow's list
	 * @param isNew whether it was started when it was added
	 * @param firstDelayMs how long to wait before the first poll, ms
	 * @param onSettled called once, when nobody waits for it any more
	 */
	constructor(
		readonly id: string,
		readonly listed: ListedRun,
		readonly isNew: boolean,
		firstDelayMs: number,
		private readonly clock: Clock,
		onSettled: () => void,
	) {
		this.waiters = new Waiters(onSettled);
		this.addedAt = clock.monotonicNow();
		this.nextPollAt = this.addedAt + firstDelayMs;
	}

	/** Time since it was added, ms. */
	get ageMs(): number {
		return this.clock.monotonicNow() - this.addedAt;
	}

	/** How long it took, as far as that shows: it ended between two polls, ms. */
	get durationMs(): number {
		return (this.runningMs + this.ageMs) / 2;
	}

	/** @param ms after how long it is polled at the latest */
	pollWithin(ms: number): void {
		this.nextPollAt = Math.min(this.nextPollAt, this.clock.monotonicNow() + ms);
	}

	/** @param timeoutMs how long to wait from now on, ms */
	wait(timeoutMs: number): Promise<WaitOutcome<TRun, TError>> {
		const deadline = this.clock.monotonicNow() + timeoutMs;
		this.nextPollAt = Math.min(this.nextPollAt, deadline);
		return this.waiters.add(deadline);
	}

	/**
	 * @param askedAt when the poll was sent, monotonic ms: an answer from before a deadline does not decide about it
	 * @param nextDelay how long to wait before the next poll, ms; called only if there is one
	 */
	applySnapshot(snapshot: RunSnapshot<TRun>, askedAt: number, nextDelay: () => number): void {
		const { id } = this;
		const { run } = snapshot;
		const isEnd = hasEnded(snapshot);
		this.failedPolls = 0;
		this.refusals.reset();
		this.overdueFailures.reset();
		this.lastSnapshot = run;
		if (isEnd) {
			this.settle({ kind: snapshot.state, id, run });
			return;
		}
		this.runningMs = askedAt - this.addedAt;
		this.waiters.resolveOverdue({ kind: 'timedOut', id, run }, askedAt);
		if (!this.waiters.isEmpty) this.scheduleNextPoll(this.isOverdue ? 0 : nextDelay());
	}

	/**
	 * A poll of this run alone that failed.
	 *
	 * @param askedAt when the poll was made, monotonic ms
	 */
	applyReadFailure(answer: FailedCall<TError>, askedAt: number): void {
		const isRefusal = REFUSALS.includes(answer.kind) && !this.mayBeTooNew(answer.kind);
		if (isRefusal) {
			this.refusals.add(this.clock.monotonicNow(), { askedAt, sentAt: askedAt });
		}
		const isRefused = isRefusal && this.refusals.isConclusive;
		if (answer.kind === 'unauthorized') this.giveUp(answer.error);
		else if (isRefused && 'error' in answer) this.giveUp(answer.error);
		else this.applyFailure(answer, isRefusal ? this.refusals : undefined);
	}

	/**
	 * Any poll that failed, of a whole page perhaps.
	 *
	 * @param streak decides when it is polled again, instead of the backoff
	 */
	applyFailure(answer: FailedCall<TError>, streak?: Streak): void {
		const { id, lastSnapshot: run } = this;
		if (answer.kind === 'aborted') {
			this.settle({ kind: 'aborted', id });
			return;
		}
		const retryAfterMs = 'retryAfterMs' in answer ? (answer.retryAfterMs ?? 0) : 0;
		if (this.isOverdue) {
			const now = this.clock.monotonicNow();
			this.overdueFailures.add(now);
			const isDecided = this.overdueFailures.isConclusive || retryAfterMs > DECISION_WINDOW_MS;
			if (isDecided) {
				this.overdueFailures.reset();
				this.waiters.resolveOverdue({ kind: 'timedOut', id, run, error: answer.error }, now);
			}
		}
		this.retryLater(answer, streak);
	}

	/** A poll that threw: nothing that can be read came of it. */
	applyThrown(error: unknown): void {
		this.refusals.add(this.clock.monotonicNow());
		if (this.refusals.isConclusive) this.reject(error);
		else this.retryLater(undefined, this.refusals);
	}

	settle(outcome: WaitOutcome<TRun, TError>): void {
		this.waiters.resolve(outcome);
	}

	/** Ends the wait with what was thrown. */
	reject(error: unknown): void {
		this.waiters.reject(error);
	}

	private giveUp(error: TError): void {
		this.settle({ kind: 'unreadable', id: this.id, run: this.lastSnapshot, error });
	}

	/** Whether reads may not find it yet, even if a list shows it. */
	private mayBeTooNew(kind: FailedCall<TError>['kind']): boolean {
		return kind === 'notFound' && this.ageMs < READ_LAG_MS;
	}

	private get isOverdue(): boolean {
		return this.waiters.isOverdue(this.clock.monotonicNow());
	}

	private retryLater(answer?: FailedCall<TError>, streak?: Streak): void {
		if (this.waiters.isEmpty) return;
		this.failedPolls++;
		const decider = this.isOverdue ? this.overdueFailures : streak;
		const delayMs = retryDelay(answer, this.failedPolls, this.clock);
		this.scheduleNextPoll(decider ? decider.retryDelayMs : delayMs);
	}

	private scheduleNextPoll(delayMs: number): void {
		const now = this.clock.monotonicNow();
		const nextDeadline = this.waiters.nextDeadline(now);
		// Just before a deadline it would keep the poll at the deadline from being made in time.
		const isTooLate = now + delayMs > nextDeadline - minPollDelay(1);
		this.nextPollAt = isTooLate ? nextDeadline : now + delayMs;
	}
}

export function hasEnded<TRun>(
	snapshot: RunSnapshot<TRun>,
): snapshot is RunSnapshot<TRun> & { state: 'completed' | 'failed' } {
	return snapshot.state === 'completed' || snapshot.state === 'failed';
}
