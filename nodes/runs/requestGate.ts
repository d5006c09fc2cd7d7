import { FairQueue, type Lane } from './fairQueue';
import { RateController, type RatedAnswer } from './rateController';
import type { Answer, Clock } from './types';

/** Calls that are sent in one turn of the event loop at most: setting up a hundred at once would block it. */
const CALLS_PER_TURN = 10;
/** How long a turn is, ms. */
const TURN_MS = 1;
/** A service that asks for more than this does not limit a rate, ms: nobody is held for so long. */
const MAX_HOLD_MS = 60_000;

/**
 * Where all calls to one service wait until they may be sent, whichever execution makes them. Lanes are served by turns:
 * starts don't keep the polls of runs waiting, and no execution another.
 */
export class RequestGate {
	private readonly waiting = new FairQueue<() => void>();
	private readonly controller = new RateController();
	/** When a call was answered last, monotonic ms. */
	usedAt: number;
	private isAdmitting = false;
	private sleeping?: AbortController;
	private turn = { began: -Infinity, calls: 0 };

	constructor(private readonly clock: Clock) {
		this.usedAt = clock.monotonicNow();
	}

	/** What the service allows for each call, ms; 0 if it allows all that are wanted now. */
	get msPerCall(): number {
		return this.waiting.isEmpty ? 0 : this.controller.msPerCall;
	}

	/**
	 * Waits until a call may be sent. Whoever is let in calls `leave` once it is answered.
	 *
	 * @param onAbort calls the listener when the call is not wanted any more; returns a function that removes it
	 * @returns whether it may be sent
	 */
	async enter(lane: Lane, onAbort: (listener: () => void) => () => void): Promise<boolean> {
		if (this.waiting.isEmpty && this.delayMs() === 0) {
			this.noteSent();
			return true;
		}
		return await new Promise<boolean>((resolve) => {
			const admit = () => {
				removeListener();
				resolve(true);
			};
			const removeListener = onAbort(() => {
				removeListener();
				this.waiting.remove(lane, admit);
				if (this.waiting.isEmpty) this.sleeping?.abort();
				resolve(false);
			});
			this.waiting.add(lane, admit);
			void this.admit();
		});
	}

	/**
	 * @param sentAt when the call was sent, monotonic ms
	 * @param answer absent if there was none that can be read
	 */
	leave(sentAt: number, answer?: Answer<unknown, unknown>): void {
		this.usedAt = this.clock.monotonicNow();
		this.controller.noteAnswer({ sentAt, ...ratedAnswer(answer) }, this.usedAt);
		void this.admit();
	}

	/** Lets in whoever may be, until none is left or only an answer can let in more. */
	private async admit(): Promise<void> {
		if (this.isAdmitting) return;
		this.isAdmitting = true;
		while (!this.waiting.isEmpty) {
			const delayMs = this.delayMs();
			if (delayMs === Infinity) break;
			if (delayMs > 0) await this.sleep(delayMs);
			else this.admitNext();
		}
		this.isAdmitting = false;
	}

	/** Timers count whole ms. A fraction of one, added to a long time, can leave that as it is. */
	private async sleep(ms: number): Promise<void> {
		this.sleeping = new AbortController();
		await this.clock.sleep(Math.ceil(ms), this.sleeping.signal);
		this.sleeping = undefined;
	}

	private admitNext(): void {
		const admit = this.waiting.next();
		this.noteSent();
		admit?.();
	}

	private delayMs(): number {
		const now = this.clock.monotonicNow();
		const delayMs = this.controller.delayMs(now);
		const isTurnFull = this.turn.calls >= CALLS_PER_TURN && now < this.turn.began + TURN_MS;
		return isTurnFull ? Math.max(delayMs, TURN_MS) : delayMs;
	}

	private noteSent(): void {
		const now = this.clock.monotonicNow();
		if (now >= this.turn.began + TURN_MS) this.turn = { began: now, calls: 0 };
		this.turn.calls++;
		this.controller.noteSent(now);
	}
}

/** What an answer says about the rate. Only who limits it says when to come again, and that the call was not served. */
function ratedAnswer(answer?: Answer<unknown, unknown>): Omit<RatedAnswer, 'sentAt'> {
	if (!answer || answer.kind === 'indeterminate' || answer.kind === 'aborted') {
		return { kind: 'lost' };
	}
	if (answer.kind !== 'retryable') return { kind: 'good' };
	const { retryAfterMs } = answer;
	const isRefusal = retryAfterMs !== undefined && retryAfterMs <= MAX_HOLD_MS;
	return isRefusal ? { kind: 'refused', retryAfterMs } : { kind: 'lost' };
}
