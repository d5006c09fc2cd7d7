import type { Clock } from './types';

const MIN_DELAY_MS = 500;
const MAX_DELAY_MS = 15_000;

/** `ms` and up to a quarter more, so that many callers do not come back at the same moment. */
export function withJitter(ms: number, clock: Clock): number {
	return ms * (1 + clock.random() / 4);
}

/**
 * How long to wait after the nth bad answer in a row: doubling from half a second to 15 s, with jitter, and never
 * less than the service asked for.
 *
 * @param tries bad answers so far, from 1
 * @param retryAfterMs what the service asked for (`Retry-After`), ms
 */
export function backoff(tries: number, clock: Clock, retryAfterMs = 0): number {
	const ms = Math.min(MIN_DELAY_MS * 2 ** Math.min(tries - 1, 10), MAX_DELAY_MS);
	return Math.max(withJitter(ms, clock), retryAfterMs);
}

/** What is known of a batch of runs while it is followed. */
export interface PollStats {
	/** Age at which the first run of its kind was seen ended, ms. */
	minDurationMs?: number;
	/** Requests that the last look at the batch took. */
	requests: number;
}

/** The shortest pause between two looks that take so many requests, ms. */
export function minPollDelay(requests: number): number {
	return requests > 1 ? 2 * MIN_DELAY_MS : MIN_DELAY_MS;
}

/**
 * How long to wait before a run that is still open is looked at again, ms: about a twentieth of its age, between 0.5 s
 * and 15 s. Runs too young to have ended, going by others of their kind, are left alone.
 *
 * @param ageMs since the run's start, ms
 */
export function pollDelay(ageMs: number, stats: PollStats, clock: Clock): number {
	const wait = Math.min(Math.max(ageMs / 22, minPollDelay(stats.requests)), MAX_DELAY_MS);
	const tooYoung = Math.min(0.9 * (stats.minDurationMs ?? 0) - ageMs, MAX_DELAY_MS);
	// The look itself takes time too: together they shall stay within a twentieth. So jitter only shortens.
	return Math.max(wait * (1 - clock.random() / 10), tooYoung);
}
