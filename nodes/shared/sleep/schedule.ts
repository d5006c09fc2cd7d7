import type { AsleepRun } from './types';

/** n8n looks for executions to wake once a minute, and sets timers for those due within 70 s: this one is on time. */
const MIN_SLEEP_MS = 66_000;
const MAX_SLEEP_MS = 15 * 60_000;
/** Runs are polled again after this share of their age. */
const AGE_DIVISOR = 20;
/** The most poll steps that a helper has, but for those before the sleeps are at their longest. */
const MAX_POLLS = 1_000;

/** When a run was started and when it times out: dates, ms since 1970. */
type Span = Pick<AsleepRun<never, never>, 'startedAt' | 'deadline'>;

/**
 * When to wake next: 66 s later at first, then a twentieth of the age of the run that was started last, at most 15
 * minutes (more for timeouts of more than ten days), and never after the last timeout.
 *
 * @param now a date, as what is returned
 */
export function nextWake(now: number, runs: Span[]): number {
	const last = lastDeadline(runs);
	const youngest = runs.reduce((at, { startedAt }) => Math.max(at, startedAt), 0);
	const oldest = runs.reduce((at, { startedAt }) => Math.min(at, startedAt), Infinity);
	const maxSleepMs = Math.max(MAX_SLEEP_MS, (last - oldest) / MAX_POLLS);
	const sleepMs = Math.min(Math.max((now - youngest) / AGE_DIVISOR, MIN_SLEEP_MS), maxSleepMs);
	// Whole ms, as n8n stores it: else it would wake a fraction too early.
	return Math.min(Math.ceil(now + sleepMs), last);
}

/** How many polls it takes at most until the last timeout. */
export function countPolls(now: number, runs: Span[]): number {
	const last = lastDeadline(runs);
	let count = 1;
	for (let at = nextWake(now, runs); at < last; at = nextWake(at, runs)) count++;
	return count;
}

function lastDeadline(runs: Span[]): number {
	return runs.reduce((at, { deadline }) => Math.max(at, deadline), 0);
}
