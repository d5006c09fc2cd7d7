import type { Clock } from './types';

const SHORTEST_MS = 500;
const LONGEST_MS = 15_000;

/** `ms` and up to a quarter more, so that many callers do not come back at the same moment. */
export function withJitter(ms: number, clock: Clock): number {
	return ms * (1 + clock.random() / 4);
}

/**
 * How long to wait after the nth bad answer in a row: doubling from half a second to 15 s, with jitter, and never
 * less than the service asked for.
 *
 * @param tries bad answers so far, from 1
 * @param askedMs what the service asked for (`Retry-After`), ms
 */
export function backoff(tries: number, clock: Clock, askedMs = 0): number {
	const ms = Math.min(SHORTEST_MS * 2 ** Math.min(tries - 1, 10), LONGEST_MS);
	return Math.max(withJitter(ms, clock), askedMs);
}

/** What is known of a batch of runs while it is followed. */
export interface BatchPace {
	/** Age at which the first run of its kind was seen ended, ms. */
	shortestMs?: number;
	/** Requests that the last look at the batch took. */
	requests: number;
}

/** The shortest pause between two looks that take so many requests, ms. */
export function shortestPause(requests: number): number {
	return requests > 1 ? 2 * SHORTEST_MS : SHORTEST_MS;
}

/**
 * How long to wait before a run that is still open is looked at again, ms: about a twentieth of its age, between 0.5 s
 * and 15 s. Runs too young to have ended, going by others of their kind, are left alone.
 *
 * @param ageMs since the run's start, ms
 */
export function nextLook(ageMs: number, pace: BatchPace, clock: Clock): number {
	const wait = Math.min(Math.max(ageMs / 22, shortestPause(pace.requests)), LONGEST_MS);
	const tooYoung = Math.min(0.9 * (pace.shortestMs ?? 0) - ageMs, LONGEST_MS);
	// The look itself takes time too: together they shall stay within a twentieth. So jitter only shortens.
	return Math.max(wait * (1 - clock.random() / 10), tooYoung);
}
