import type { Clock, MonotonicTime } from '../../../nodes/runs';
import type * as Startup from '../../../nodes/shared/sleep/startup';

/** A process in which the node was loaded just now. @returns how long the steps that begin at these times wait, ms */
async function waits(...begins: number[]): Promise<number[]> {
	let startup: typeof Startup | undefined;
	const loadedAt = performance.now();
	jest.isolateModules(() => {
		// eslint-disable-next-line @typescript-eslint/no-require-imports
		startup = require('../../../nodes/shared/sleep/startup') as typeof Startup;
	});
	const waited: number[] = [];
	for (const at of begins) {
		let ms = 0;
		const clock = {
			monotonicNow: () => (loadedAt + at) as MonotonicTime,
			sleep: async (asked: number) => void (ms = asked),
		} as unknown as Clock;
		await startup!.untilStarted(clock);
		waited.push(Math.round(ms));
	}
	return waited;
}

test('the first steps after the start of n8n wait until 45 s after the first of them', async () => {
	expect(await waits(10_000, 10_500, 54_000, 56_000)).toEqual([45_000, 44_500, 1_000, 0]);
});

test('in a process that is no longer new, nothing waits', async () => {
	expect(await waits(200_000, 201_000)).toEqual([0, 0]);
});
