import { sleep } from 'n8n-workflow';
import type { Clock, MonotonicTime } from '../../runs';

/** The longest delay a timer can have, ms; it would fire at once if it were longer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Real time. */
export const clock: Clock = {
	now: () => Date.now(),
	monotonicNow: () => performance.now() as MonotonicTime,
	random: () => Math.random(),
	async sleep(ms, signal) {
		if (signal?.aborted) return;
		await new Promise<void>((resolve) => {
			const done = () => {
				signal?.removeEventListener('abort', done);
				resolve();
			};
			signal?.addEventListener('abort', done, { once: true });
			// n8n-workflow before 2.34 takes no signal; later ones reject on it.
			// Whole ms: a timer that ends a fraction early makes whoever waits for a moment wait again and again.
			void sleep(Math.min(Math.ceil(ms), MAX_TIMER_MS), signal).then(done, done);
		});
	},
};
