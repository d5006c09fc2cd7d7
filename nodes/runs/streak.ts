/** Bad answers must come in a row for this long before they are believed, ms. */
export const DECISION_WINDOW_MS = 3_000;
/** ... and at least this often. */
const MIN_ANSWERS = 4;
/** The longest time between two of them, ms. */
const MAX_SPACING_MS = 1_500;
/** Without a call for longer than this, what was answered before counts no more, ms. */
const MAX_SILENCE_MS = 5_000;

/** When a call was made, monotonic ms. */
export interface CallTimes {
	/** When it was wanted; it may have had to wait for others. */
	askedAt: number;
	sentAt: number;
}

/**
 * Bad answers of one kind in a row. One is not believed, as it may be a glitch; the same again and again, for some
 * seconds, is.
 *
 *     answer      denied ── 1 s ── denied ── 1 s ── denied ── 1 s ── denied
 *     conclusive  no               no               no               yes
 *
 * Answers to calls that were on their way together count once: one glitch can hit them all. After a silence, such as
 * while answers are lost, which may have been good ones, it begins anew.
 */
export class Streak {
	private count = 0;
	private since = 0;
	private lastAt = 0;

	/**
	 * @param minAnswers how many it takes, at least 2
	 * @param maxSilenceMs after how long without a call it begins anew, ms
	 */
	constructor(
		private readonly minAnswers: number = MIN_ANSWERS,
		private readonly maxSilenceMs = MAX_SILENCE_MS,
	) {}

	/** @param now when the answer came, monotonic ms */
	add(now: number, { askedAt, sentAt }: CallTimes = { askedAt: now, sentAt: now }): void {
		if (askedAt - this.lastAt > this.maxSilenceMs) this.count = 0;
		if (this.count > 0 && sentAt < this.lastAt) return;
		if (this.count === 0) this.since = now;
		this.count++;
		this.lastAt = now;
	}

	/** For when a good answer came in between. */
	reset(): void {
		this.count = 0;
	}

	get isConclusive(): boolean {
		return this.count >= this.minAnswers && this.lastAt - this.since >= DECISION_WINDOW_MS;
	}

	/** How long after the last answer to try again, ms. */
	get retryDelayMs(): number {
		const spacing = Math.min(DECISION_WINDOW_MS / (this.minAnswers - 1), MAX_SPACING_MS);
		const nextAt = this.since + Math.min(this.count * spacing, DECISION_WINDOW_MS);
		return Math.max(0, nextAt - this.lastAt);
	}
}
