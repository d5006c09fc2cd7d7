import type { Clock } from './types';

/** How many runs of a workflow are remembered, and how many it takes to expect something of the next. */
const MAX_RUNS = 256;
const MIN_RUNS = 4;
/** Which of them, by duration, are the shortest and the longest that are expected. */
const SHORTEST_QUANTILE = 0.1;
const LONGEST_QUANTILE = 0.95;
/** Expected runs are polled from this share of the shortest duration on. */
const EARLIEST_SHARE = 0.9;
/** How many polls they take until the longest, and the longest time between two as a share of the run's age. */
const POLLS = 6;
const MAX_GAP_SHARE = 0.14;
/** How much shorter than ever runs are looked out for, and the time between two polls after that, as a share of the age. */
const SUDDEN_SHARE = 1 / 3;
const SPARSE_SHARE = 1 / 2;

/** How long runs are expected to take, ms. */
export interface ExpectedDuration {
	shortest: number;
	longest: number;
}

/** How long the latest runs of one workflow took. A hint: it decides when they are polled, never what came of them. */
export class Durations {
	private readonly runs: number[] = [];
	private known?: ExpectedDuration;

	constructor(private readonly clock: Clock) {}

	/** @param ms how long a run took */
	add(ms: number): void {
		// Any may give way to it: those of a batch come in by their duration.
		const isFull = this.runs.length >= MAX_RUNS;
		const index = isFull ? Math.floor(this.clock.random() * MAX_RUNS) : this.runs.length;
		this.runs[Math.min(index, MAX_RUNS - 1)] = ms;
		this.known = undefined;
	}

	/** Nothing as long as too few runs are known. */
	get expected(): ExpectedDuration | undefined {
		const { length } = this.runs;
		if (length < MIN_RUNS) return undefined;
		if (this.known) return this.known;
		const sorted = [...this.runs].sort((one, other) => one - other);
		this.known = {
			shortest: sorted[Math.floor(length * SHORTEST_QUANTILE)],
			longest: sorted[Math.ceil(length * LONGEST_QUANTILE) - 1],
		};
		return this.known;
	}
}

/**
 * How long to wait before a run is polled again that should take as long as others did, ms:
 *
 *     0 ── a third of the shortest ───── of the longest ──── 0.9 of the shortest ──────── the longest ──>
 *          │ as without a hint, so that  │ at most after half │ six polls, each after at │ as without
 *          │ a run that suddenly takes a │ its age            │ most 14 % of its age     │ a hint
 *          │ third is seen as soon       │                    │                          │
 *
 * @param delayMs what it would be without a hint
 * @param isLookout whether this run is looked at to see whether runs take a third; of many, one is enough
 */
export function expectedDelay(
	ageMs: number,
	{ shortest, longest }: ExpectedDuration,
	delayMs: number,
	isLookout: boolean,
): number {
	const earliest = EARLIEST_SHARE * shortest;
	if (ageMs >= longest) return delayMs;
	if (ageMs >= earliest) {
		const spread = Math.min((longest - earliest) / POLLS, ageMs * MAX_GAP_SHARE);
		return Math.max(delayMs, spread);
	}
	const untilEarliest = earliest - ageMs;
	if (!isLookout) return untilEarliest;
	const untilLookout = SUDDEN_SHARE * shortest - ageMs;
	if (untilLookout > 0) return untilLookout;
	const isLookingOut = ageMs <= SUDDEN_SHARE * longest;
	return Math.min(isLookingOut ? delayMs : Math.max(delayMs, ageMs * SPARSE_SHARE), untilEarliest);
}

/** Whether a run was so short that others can't be expected to take as long as before. */
export function isUnexpected(ms: number, { shortest }: ExpectedDuration): boolean {
	return ms < shortest / 2;
}
