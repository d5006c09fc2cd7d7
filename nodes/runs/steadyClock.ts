import type { Clock } from './types';

/**
 * A clock whose dates pass evenly, for code that subtracts dates: the date as it was when this was made, plus the time
 * that has passed since. A date that is set forward or back meanwhile changes nothing.
 */
export function steadyClock(clock: Clock): Clock {
	const date = clock.now();
	const since = clock.monotonicNow();
	return {
		now: () => date + (clock.monotonicNow() - since),
		monotonicNow: () => clock.monotonicNow(),
		sleep: async (ms, signal) => await clock.sleep(ms, signal),
		random: () => clock.random(),
	};
}
