import { VirtualClock } from './virtualClock';

describe('The virtual clock', () => {
	it('lets a day pass in no time', async () => {
		const clock = new VirtualClock();
		await clock.run(clock.sleep(24 * 3_600_000));
		expect(clock.passed).toBe(24 * 3_600_000);
	});

	it('wakes sleepers in order, and those of one moment in the order in which they lay down', async () => {
		const clock = new VirtualClock();
		const woken: string[] = [];
		const sleeper = async (name: string, ms: number) => {
			await clock.sleep(ms);
			woken.push(`${name} at ${clock.passed}`);
		};
		await clock.run(
			Promise.all([sleeper('c', 30), sleeper('a', 10), sleeper('b', 10), sleeper('z', 40)]),
		);
		expect(woken).toEqual(['a at 10', 'b at 10', 'c at 30', 'z at 40']);
	});

	it('stands still while anything else is to be done', async () => {
		const clock = new VirtualClock();
		const other = clock.sleep(1_000);
		const work = async () => {
			for (let step = 0; step < 1_000; step++) await Promise.resolve();
			return clock.passed;
		};
		expect(await clock.run(work())).toBe(0);
		await clock.run(other);
	});

	it('wakes a sleeper when it is told to', async () => {
		const clock = new VirtualClock();
		const wake = new AbortController();
		clock.after(5, () => wake.abort());
		await clock.run(clock.sleep(1_000, wake.signal));
		expect(clock.passed).toBe(5);
		await clock.run(clock.sleep(1_000, wake.signal));
		expect(clock.passed).toBe(5);
	});

	it('says so when nothing will ever happen', async () => {
		const clock = new VirtualClock();
		await expect(clock.run(new Promise(() => {}))).rejects.toThrow('no timer runs');
		await expect(clock.run(clock.sleep(Infinity))).rejects.toThrow('no timer runs');
		await expect(clock.run(clock.sleep(2_000), 1_000)).rejects.toThrow('longer than it may');
	});

	it('has the same chance for the same seed', () => {
		const [one, same, other] = [new VirtualClock(7), new VirtualClock(7), new VirtualClock(8)];
		const numbers = (clock: VirtualClock) => Array.from({ length: 5 }, () => clock.random());
		const first = numbers(one);
		expect(numbers(same)).toEqual(first);
		expect(numbers(other)).not.toEqual(first);
	});
});
