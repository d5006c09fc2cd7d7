/** Two estimates that differ by less than this share agree. */
const TOLERANCE = 0.25;
/** Good answers that an estimate takes at least. */
const MIN_ANSWERS = 3;
/** How many of the latest moments are remembered, and after how many good answers there is one. */
const MAX_MARKS = 32;
const ANSWERS_PER_MARK = 4;
const MARK_SPACING_MS = 100;
/** What of a burst that was too much is tried the next time. */
const BURST_SHARE = 0.8;
/** After this time without a refusal, the rate at which one comes counts more than an estimate, ms. */
const LONG_MS = 5_000;

/** What a measurement came to. */
interface Measured {
	/** Calls per ms; nothing if it does not show. */
	estimate?: number;
	/** Whether the one before was about the same. */
	isConfirmed: boolean;
}

/**
 * How much a service serves that refuses calls beyond a rate, going by its answers. A service that refuses has nothing
 * left to give; what it serves from then until it refuses again is what came in meanwhile. It may save up only so much
 * (`burst`), so that what came in while no call was sent may be lost:
 *
 *     refused        held: nothing is sent               served                  refused
 *     empty ───────────── heldMs ──────────────┼──────── answers ────────────── empty again
 *     rate = max(answers / all of that time, (answers - burst) / time without the hold)
 *
 * All times are monotonic, ms; rates are calls per ms.
 */
export class ServedRate {
	/** Good answers before the first refusal, and how long they took: what was saved up, and what came in. */
	private first?: { answers: number; ms: number };
	private since = 0;
	private resumeAt = 0;
	private answers = 0;
	/** Whether the service had nothing left at `since`. */
	private wasEmpty = false;
	private last?: number;
	/** Good answers by then, at some moments since. */
	private marks: Array<{ at: number; answers: number }> = [];
	/** Calls that the service saves up, as far as that shows. */
	burst = 1;
	private mostSaved = Infinity;
	private isBurstKnown = false;

	noteGood(now: number): void {
		this.answers++;
		const { at, answers } = this.marks[this.marks.length - 1] ?? { at: this.resumeAt, answers: 0 };
		if (this.answers < answers + ANSWERS_PER_MARK || now < at + MARK_SPACING_MS) return;
		this.marks.push({ at: now, answers: this.answers });
		if (this.marks.length > MAX_MARKS) this.marks.shift();
	}

	/** The rate at which the first refusal came; much of it was saved up. */
	firstRate(now: number): number {
		const ms = Math.max(1, now - this.since);
		this.first = { answers: this.answers, ms };
		return Math.max(1, this.answers) / ms;
	}

	/** For when something may have been saved up meanwhile that nobody has used. */
	restart(now: number): void {
		this.since = now;
		this.resumeAt = now;
		this.answers = 0;
		this.marks = [];
		this.wasEmpty = false;
	}

	/** @param heldUntil no call is sent before */
	noteEmpty(now: number, heldUntil: number): void {
		this.since = now;
		this.resumeAt = heldUntil;
		this.answers = 0;
		this.marks = [];
		this.wasEmpty = true;
	}

	/**
	 * What was served since the last refusal, at the next one.
	 *
	 * @param rate at which it came
	 * @param isKnown whether that was a rate known to be served
	 */
	measure(now: number, rate: number, isKnown: boolean): Measured {
		const { answers, first, last } = this;
		const openMs = Math.max(1, now - this.resumeAt);
		// More were sent at once than are saved up: that says nothing about the rate.
		const isBurst = this.burst > 1 && answers > 2 * rate * openMs;
		if (isBurst) {
			this.burst = this.mostSaved = Math.max(1, Math.min(answers, this.burst) * BURST_SHARE);
			if (!first || this.isBurstKnown) return { estimate: rate, isConfirmed: isKnown };
			this.isBurstKnown = true;
			return { estimate: Math.max(rate, (first.answers - answers) / first.ms), isConfirmed: false };
		}
		if (!this.wasEmpty || answers < MIN_ANSWERS) return { isConfirmed: false };
		const saved = first ? Math.max(1, first.answers - (last ?? 0) * first.ms) : 0;
		const rates = [{ at: this.resumeAt, answers: 0 }, ...this.marks].map(
			(mark) =>
				(answers - mark.answers - Math.min(saved, this.mostSaved)) / Math.max(1, now - mark.at),
		);
		const least = Math.min(rate, Math.max(answers / (now - this.since), ...rates));
		const estimate = isKnown && openMs > LONG_MS ? Math.max(least, rate * 0.9) : least;
		if (last === undefined && first) this.burst = Math.max(1, first.answers - estimate * first.ms);
		this.last = estimate;
		const heldMs = this.resumeAt - this.since;
		const couldBeSaved = last === undefined && this.burst >= estimate * heldMs * (1 - TOLERANCE);
		const isAgreed = last !== undefined && Math.abs(estimate - last) <= TOLERANCE * last;
		return { estimate, isConfirmed: couldBeSaved || isAgreed };
	}
}
