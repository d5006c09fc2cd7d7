import type { Answer, Clock } from './types';

const MIN_DELAY_MS = 500;
const MAX_DELAY_MS = 15_000;
/** What polls take of the calls that a service allows, while others wait. */
const POLL_SHARE = 0.05;

/** `ms` and up to a quarter more, so that many callers do not come back at the same moment. */
export function withJitter(ms: number, clock: Clock): number {
	return ms * (1 + clock.random() / 4);
}

/**
 * How long to wait after a failed call, ms: 0.5, 1, 2, 4, 8 and then 15 s, each with up to a quarter more, and never
 * less than the service asked for.
 *
 * @param failedCalls failed calls in a row so far, from 1
 * @param retryAfterMs what the service asked for (`Retry-After`), ms
 */
export function backoff(failedCalls: number, clock: Clock, retryAfterMs = 0): number {
	const ms = Math.min(MIN_DELAY_MS * 2 ** Math.min(failedCalls - 1, 10), MAX_DELAY_MS);
	return Math.max(withJitter(ms, clock), retryAfterMs);
}

/**
 * How long to wait after an answer of no use, ms: a backoff, or what it takes to find out whether a denial is one.
 *
 * @param answer absent if the call threw
 * @param failedCalls failed calls in a row so far, from 1
 */
export function retryDelay(
	answer: Answer<unknown, unknown> | undefined,
	failedCalls: number,
	clock: Clock,
): number {
	const retryAfterMs = answer && 'retryAfterMs' in answer ? answer.retryAfterMs : undefined;
	const isDenial = answer?.kind === 'retryable' && answer.isDenial === true;
	return isDenial ? (retryAfterMs ?? 0) : backoff(failedCalls, clock, retryAfterMs);
}

/** What is known of the runs that are polled together. */
export interface PollStats {
	/** Age at which the first run of the same workflow was seen ended, ms. */
	minDurationMs?: number;
	/** Requests that the last round of polls took. */
	requests: number;
	/** What the service allows for each call, ms; 0 if it allows all that are wanted. */
	msPerCall?: number;
}

/**
 * The shortest time between two rounds of polls, ms. While calls wait since the service limits their
 * rate, polls take no more than a twentieth of it.
 *
 * @param requests that one round takes
 * @param msPerCall what the service allows for each, ms
 */
export function minPollDelay(requests: number, msPerCall = 0): number {
	const delay = requests > 1 ? 2 * MIN_DELAY_MS : MIN_DELAY_MS;
	return Math.max(delay, Math.min((requests * msPerCall) / POLL_SHARE, MAX_DELAY_MS));
}

/**
 * How long to wait before a running run is polled again, ms: a 22nd of its age, between 0.5 s and 15 s.
 *
 * | age         | one request a round | several  |
 * | ----------- | ------------------- | -------- |
 * | 0 to 11 s   | 0.5 s               | 1 s      |
 * | 22 s        | 1 s                 | 1 s      |
 * | 1 min       | 2.73 s              | 2.73 s   |
 * | 2 min       | 5.45 s              | 5.45 s   |
 * | 5 min       | 13.64 s             | 13.64 s  |
 * | from 5½ min | 15 s                | 15 s     |
 *
 * Jitter makes each up to a tenth shorter. So a run's end is seen within a twentieth of its duration, the poll's own
 * time included. A run younger than 0.9 of the shortest duration seen in its workflow is not polled before that age,
 * but at least every 15 s.
 *
 * @param ageMs since the run was added, ms
 */
export function pollDelay(ageMs: number, stats: PollStats, clock: Clock): number {
	const delay = Math.min(
		Math.max(ageMs / 22, minPollDelay(stats.requests, stats.msPerCall)),
		MAX_DELAY_MS,
	);
	const untilPlausibleEnd = Math.min(0.9 * (stats.minDurationMs ?? 0) - ageMs, MAX_DELAY_MS);
	return Math.max(delay * (1 - clock.random() / 10), untilPlausibleEnd);
}
