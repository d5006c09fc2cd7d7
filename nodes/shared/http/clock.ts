import { sleep } from 'n8n-workflow';
import type { Clock } from '../../runs';

/** The longest a timer can run, ms; more would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The real time. */
export const clock: Clock = {
	now: () => Date.now(),
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
			void sleep(Math.min(ms, LONGEST_MS), signal).then(done, done);
		});
	},
};
