import { ServedRate } from './servedRate';

/** Calls in flight at first, until answers show that the service bears more. */
const FIRST_WINDOW = 8;
/** One more call in flight for every so many answers: a third more with each round trip. */
const ANSWERS_PER_CALL = 3;
/** What the calls have to begin with after the first refusal, as a share of the rate at which it came. */
const SHARE_AFTER_FIRST_REFUSAL = 1 / 4;
/** ... but not less than this, calls per ms: before it, there may have been little to do. */
const MIN_FIRST_RATE = 4 / 1000;
/** By how much the rate grows with each round trip while it is not known what is served. */
const GROWTH = 1.5;
/** Good answers that each such step takes at least, and what share of the rate calls must have used in it. */
const ANSWERS_PER_STEP = 4;
const USED_SHARE = 0.7;
/** Around the rate at which the last refusal came, it grows by less, and each step takes this long at least, ms. */
const CEILING_MARGIN = 0.1;
const CEILING_GROWTH = 1.05;
const CEILING_STEP_MS = 250;
/** Where a known rate begins and ends: a little below what is served, and a little above, to find out whether it is more. */
const LOWEST_SHARE = 0.95;
const HIGHEST_SHARE = 1.05;
/** How long a known rate takes from the one to the other, ms; twice as long each time it is confirmed, up to the second. */
const MIN_PROBE_MS = 20_000;
const MAX_PROBE_MS = 160_000;
/** What a refusal takes off where nothing shows what is served. */
const CUT = 0.85;
/** However often a service refuses, one call in this time is sent, ms. */
const MAX_MS_PER_CALL = 1_000;
/** For how long calls may be late, as when the process is busy, and still be caught up with, ms. */
const LATENESS_MS = 20;
/** Fractions of a call that get lost where times are added. */
const ROUNDING = 1e-6;
/** Without a call for longer, nothing is known of what has been saved up since, ms. */
const MAX_IDLE_MS = 1_000;

/** How one call was answered. */
export interface RatedAnswer {
	/** When the call was sent, monotonic ms. */
	sentAt: number;
	/** `refused`: it came too early (429). `lost`: that it was served does not show. */
	kind: 'good' | 'refused' | 'lost';
	/** For how long the service asks to send nothing, ms; of a refusal. */
	retryAfterMs?: number;
}

/**
 * When calls may be sent, so that a service that limits their rate refuses hardly any. All times are monotonic, ms.
 *
 *     gentle ──refused──> held ──> searching ──refused: two estimates agree──> known ──refused──> held ──> known
 *       │                             │  ▲                                      │ ▲                         │
 *       └ calls in flight grow        │  └──── they differ, or much more is ────┘ └─ a little below, then ──┘
 *         with the answers            │        served than was known                 slowly a little above
 *                                     └ the rate grows by half with each round trip
 *
 * A refusal holds all calls. Between two of them the service has served all it could, which says how much that is
 * (`servedRate.ts`). Without a refusal there is no rate: nothing but the calls in flight is limited, and soon not even
 * those.
 */
export class RateController {
	private inFlight = 0;
	/** All but refusals. */
	private answers = 0;
	private readonly served = new ServedRate();
	/** Calls per ms; nothing until the first refusal. */
	private rate?: number;
	/** What is served, once two estimates agree. */
	private known?: number;
	private probeMs = MIN_PROBE_MS;
	/** Calls that may be sent at once; they come in at the rate. */
	private tokens = 1;
	private countedAt = 0;
	private lastSentAt = -Infinity;
	private isHoldingBack = false;
	private heldUntil = -Infinity;
	/** The rate at which the last refusal came. */
	private ceiling?: number;
	private round = { began: 0, answers: 0 };

	/** What the service allows for each call, ms; 0 as long as it has refused none. */
	get msPerCall(): number {
		return this.rate === undefined ? 0 : 1 / this.rate;
	}

	/** How long until a call may be sent, ms: 0 for now, Infinity until there is an answer to another. */
	delayMs(now: number): number {
		if (now < this.heldUntil) return this.heldUntil - now;
		if (this.inFlight >= this.window) return Infinity;
		if (this.rate === undefined) return 0;
		this.addTokens(now, this.rate);
		if (this.tokens >= 1 - ROUNDING) return 0;
		this.isHoldingBack = true;
		return (1 - this.tokens) / this.rate;
	}

	noteSent(now: number): void {
		const { rate } = this;
		const sinceLastMs = now - this.lastSentAt;
		const wasIdle =
			!this.isHoldingBack && sinceLastMs > MAX_IDLE_MS && now - this.heldUntil > MAX_IDLE_MS;
		if (wasIdle) this.served.restart(now);
		this.inFlight++;
		this.lastSentAt = now;
		if (rate === undefined) return;
		this.addTokens(now, rate);
		this.tokens--;
		if (this.isHoldingBack) this.probe(rate, Math.min(sinceLastMs, 2 / rate));
		this.isHoldingBack = false;
	}

	noteAnswer({ kind, sentAt, retryAfterMs = 0 }: RatedAnswer, now: number): void {
		this.inFlight--;
		if (kind !== 'refused') this.answers++;
		if (kind === 'good') this.noteGood(sentAt, now);
		if (kind === 'refused') this.noteRefusal(sentAt, now, retryAfterMs);
	}

	/** The most calls in flight. */
	private get window(): number {
		return Math.max(FIRST_WINDOW, this.answers / ANSWERS_PER_CALL);
	}

	private addTokens(now: number, rate: number): void {
		const late = this.isHoldingBack ? LATENESS_MS * rate : 0;
		const most = Math.max(1 + late, this.served.burst);
		this.tokens = Math.min(most, this.tokens + Math.max(0, now - this.countedAt) * rate);
		this.countedAt = now;
	}

	private noteGood(sentAt: number, now: number): void {
		this.served.noteGood(now);
		const { rate, round } = this;
		if (rate === undefined || this.known !== undefined) return;
		round.answers++;
		const stepEnd = round.began + (this.ceiling === undefined ? 0 : CEILING_STEP_MS);
		if (round.answers < ANSWERS_PER_STEP || sentAt < round.began || now < stepEnd) return;
		// Calls that come slower do not show whether the rate is served.
		const isUsed = round.answers > USED_SHARE * rate * (now - round.began);
		if (isUsed) this.rate = this.grown(rate);
		this.round = { began: now, answers: 0 };
	}

	private grown(rate: number): number {
		const { ceiling = 0 } = this;
		if (rate > ceiling * (1 + CEILING_MARGIN)) {
			this.ceiling = undefined;
			return rate * GROWTH;
		}
		const isBelow = rate < ceiling * (1 - CEILING_MARGIN);
		return isBelow ? Math.min(rate * GROWTH, (rate + ceiling) / 2) : rate * CEILING_GROWTH;
	}

	/** Lets a known rate grow with the time in which calls waited for it. */
	private probe(rate: number, ms: number): void {
		const { known } = this;
		if (known === undefined) return;
		this.rate = rate + (known * (HIGHEST_SHARE - LOWEST_SHARE) * ms) / this.probeMs;
		if (this.rate <= known * HIGHEST_SHARE) return;
		// More is served than was known.
		this.known = undefined;
		this.probeMs = MIN_PROBE_MS;
		this.round = { began: this.lastSentAt, answers: 0 };
	}

	private noteRefusal(sentAt: number, now: number, retryAfterMs: number): void {
		// Of calls that were under way together, the first refusal counts.
		if (sentAt >= this.heldUntil) this.setRate(now);
		this.heldUntil = Math.max(this.heldUntil, now + retryAfterMs);
		this.isHoldingBack = false;
		this.served.noteEmpty(now, this.heldUntil);
		this.tokens = 0;
		this.countedAt = now;
		this.round = { began: this.heldUntil, answers: 0 };
	}

	private setRate(now: number): void {
		const { rate, known, served } = this;
		if (rate === undefined) {
			this.rate = Math.max(served.firstRate(now) * SHARE_AFTER_FIRST_REFUSAL, MIN_FIRST_RATE);
			return;
		}
		const { estimate, isConfirmed } = served.measure(now, rate, known !== undefined);
		const next = Math.max(estimate ?? rate * CUT, 1 / MAX_MS_PER_CALL);
		this.ceiling = rate;
		const isKnown = isConfirmed || (known !== undefined && estimate === undefined);
		this.probeMs =
			isKnown && known !== undefined ? Math.min(2 * this.probeMs, MAX_PROBE_MS) : MIN_PROBE_MS;
		this.known = isKnown ? next : undefined;
		this.rate = next * LOWEST_SHARE;
	}
}
