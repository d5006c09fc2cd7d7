import type { RunSnapshot, StartKey } from './types';

/** A run whose key is known. */
export type Attempt<TRun> = RunSnapshot<TRun> & { key: StartKey };

/** By base key, every attempt that was found. */
export type AttemptsByBase<TRun> = Map<string, Array<Attempt<TRun>>>;

/** Adds a run to those that were found for its key. */
export function addAttempt<TRun>(runs: AttemptsByBase<TRun>, attempt: Attempt<TRun>): void {
	const { base } = attempt.key;
	runs.set(base, [...(runs.get(base) ?? []), attempt]);
}

/**
 * Of all attempts found, the one to reuse: the newest that has not failed.
 *
 * @example attempts 1 (failed), 2 (running), 3 (failed): attempt 2
 */
export function reusableAttempt<TRun>(
	attempts: Array<Attempt<TRun>> = [],
): Attempt<TRun> | undefined {
	return attempts
		.filter((attempt) => attempt.state !== 'failed')
		.sort((one, other) => other.key.attempt - one.key.attempt)[0];
}

/** Number of the attempt after all that were found; 1 when there are none. */
export function nextAttempt<TRun>(attempts: Array<Attempt<TRun>>): number {
	return 1 + Math.max(0, ...attempts.map((attempt) => attempt.key.attempt));
}
