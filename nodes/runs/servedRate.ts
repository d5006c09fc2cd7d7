/** Two estimates that differ by less than this share agree. */
const TOLERANCE = 0.25;
/** Good answers that an estimate takes at least. */
const MIN_ANSWERS = 3;
/** How many of the latest moments are remembered, and after how many good answers there is one. */
const MAX_MARKS = 32;
const ANSWERS_PER_MARK = 4;
const MARK_SPACING_MS = 100;
/** How often the range in which a rate is searched is halved. */
const SEARCH_STEPS = 12;
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
 * left; what it serves from then until it refuses again is what came in meanwhile. But it saves up no more than so many
 * calls (`burst`), and what came in beyond is lost. So the rate is the lowest one at which all of the answers could be
 * served:
 *
 *     refused     nothing is sent         answers, few at first                     refused
 *     empty ───── saved up ──── as many as a burst: some is lost ──── used up ───── empty again
 *
 * All times are monotonic, ms; rates are calls per ms.
 */
export class ServedRate {
	/** Good answers before the first refusal, in so much time before it, from the longest to the shortest. */
	private first?: Array<{ answers: number; ms: number }>;
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
		this.first = [{ at: this.since, answers: 0 }, ...this.marks].map(({ at, answers }) => ({
			answers: this.answers - answers,
			ms: Math.max(1, now - at),
		}));
		const [{ answers, ms }] = this.first;
		return Math.max(1, answers) / ms;
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
		this.marks = [{ at: heldUntil, answers: 0 }];
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
			const rates = first.map((before) => (before.answers - answers) / before.ms);
			return { estimate: Math.max(rate, ...rates), isConfirmed: false };
		}
		if (!this.wasEmpty || answers < MIN_ANSWERS) return { isConfirmed: false };
		const least = this.leastRate(now, rate);
		const estimate = isKnown && openMs > LONG_MS ? Math.max(least, rate * 0.9) : least;
		if (last === undefined) this.burst = this.burstAt(estimate);
		this.last = estimate;
		const heldMs = this.resumeAt - this.since;
		const couldBeSaved = last === undefined && this.burst >= estimate * heldMs * (1 - TOLERANCE);
		const isAgreed = last !== undefined && Math.abs(estimate - last) <= TOLERANCE * last;
		return { estimate, isConfirmed: couldBeSaved || isAgreed };
	}
	/** The lowest rate of a service that could have served all this, calls per ms; no more than `most`. */
	private leastRate(now: number, most: number): number {
		let low = this.answers / (now - this.since);
		let high = most;
		if (low >= most || this.isEnough(low, now)) return Math.min(low, most);
		for (let step = 0; step < SEARCH_STEPS; step++) {
			const middle = (low + high) / 2;
			if (this.isEnough(middle, now)) high = middle;
			else low = middle;
		}
		return high;
	}

	private isEnough(rate: number, now: number): boolean {
		// What was served at once after the hold had been saved up, whatever was known before.
		const [resumed, next = resumed] = this.marks;
		const atOnce = next.answers - resumed.answers - rate * (next.at - resumed.at);
		const burst = Math.max(this.burstAt(rate), atOnce);
		let saved = 0;
		let before = { at: this.since, answers: 0 };
		for (const mark of [...this.marks, { at: now, answers: this.answers }]) {
			saved += rate * (mark.at - before.at) - (mark.answers - before.answers);
			if (saved < -1) return false;
			saved = Math.min(saved, burst);
			before = mark;
		}
		return true;
	}

	/** What a service of this rate must have saved up before the first refusal. */
	private burstAt(rate: number): number {
		const saved = (this.first ?? []).map(({ answers, ms }) => answers - rate * ms);
		return Math.max(1, Math.min(this.mostSaved, Math.max(...saved)));
	}
}
