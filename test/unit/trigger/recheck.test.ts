import { MAX_RECHECKS, RECHECK_DELAYS_MS, Rechecks } from '../../../nodes/shared/trigger';
import { VirtualClock } from '../runs/virtualClock';

/** Lets two hours pass. */
async function passTime(clock: VirtualClock): Promise<void> {
	await clock.run(clock.sleep(7_200_000));
}

test('an event is checked again after 10, 30 and 120 seconds, and then no more', async () => {
	const clock = new VirtualClock();
	const rechecks = new Rechecks(clock);
	const times: number[] = [];
	rechecks.add('a', async () => {
		times.push(clock.passed);
		return await Promise.resolve(false);
	});
	await passTime(clock);
	expect(times).toEqual([10_000, 30_000, 120_000]);
	expect(rechecks.size).toBe(0);
});

test.each<[string, number, () => Promise<boolean>]>([
	['there is nothing more to check', 1, async () => await Promise.resolve(true)],
	[
		'every check throws',
		RECHECK_DELAYS_MS.length,
		async () => await Promise.reject(new Error('x')),
	],
])('checks end, and nothing stays, when %s', async (_, calls, answer) => {
	const clock = new VirtualClock();
	const rechecks = new Rechecks(clock);
	const check = jest.fn(answer);
	rechecks.add('a', check);
	await passTime(clock);
	expect(check).toHaveBeenCalledTimes(calls);
	expect(rechecks.size).toBe(0);
});

test('an event is checked once at a time, and can be checked again later', async () => {
	const clock = new VirtualClock();
	const rechecks = new Rechecks(clock);
	const check = async () => await Promise.resolve(true);
	expect([rechecks.add('a', check), rechecks.add('a', check)]).toEqual([true, false]);
	await passTime(clock);
	expect(rechecks.add('a', check)).toBe(true);
});

test('no more than a limited number of events is checked again', () => {
	const rechecks = new Rechecks(new VirtualClock());
	const check = async () => await Promise.resolve(true);
	const added = Array.from({ length: MAX_RECHECKS + 5 }, (_, n) => rechecks.add(`${n}`, check));
	expect(added.filter(Boolean)).toHaveLength(MAX_RECHECKS);
});

test('nothing is checked after a stop, except what is added later', async () => {
	const clock = new VirtualClock();
	const rechecks = new Rechecks(clock);
	const check = jest.fn(async () => await Promise.resolve(true));
	rechecks.add('a', check);
	rechecks.stop();
	await passTime(clock);
	expect(check).not.toHaveBeenCalled();
	rechecks.add('a', check);
	await passTime(clock);
	expect(check).toHaveBeenCalledTimes(1);
});
