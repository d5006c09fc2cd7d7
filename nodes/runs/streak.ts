/** Bad answers must come in a row for this long before they are believed, ms. */
export const DECISION_WINDOW_MS = 3_000;
/** ... and at least this often. */
const MIN_ANSWERS = 2;
/** Delay before the second try, ms. The third is made when the window has passed. */
const SECOND_TRY_DELAY_MS = 1_000;

/**
 * Bad answers of one kind in a row. One is not believed, as it may be a glitch; the same again, some seconds later, is.
 *
 *     answer      denied ──1 s── denied ──2 s── denied
 *     conclusive  no             no             yes
 */
export class Streak {
	private count = 0;
	private since = 0;
	private lastAt = 0;

	/** @param now monotonic, ms */
	add(now: number): void {
		if (this.count === 0) this.since = now;
		this.count++;
		this.lastAt = now;
	}

	/** For when a good answer came in between. */
	reset(): void {
		this.count = 0;
	}

	get isConclusive(): boolean {
		return this.count >= MIN_ANSWERS && this.lastAt - this.since >= DECISION_WINDOW_MS;
	}

	/** How long after the last answer to try again, ms. */
	get retryDelayMs(): number {
		if (this.count < MIN_ANSWERS) return SECOND_TRY_DELAY_MS;
		return Math.max(0, this.since + DECISION_WINDOW_MS - this.lastAt);
	}
}
