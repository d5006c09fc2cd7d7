import { RequestGate } from '../../../nodes/runs/requestGate';
import { RequestLimiter, serviceMemory } from '../../../nodes/runs';
import {
	bucket,
	fixedWindow,
	LimitedService,
	loadOf,
	mostPerSecond,
	unlimited,
} from './limitedService';
import { manyJobs, World } from './world';

/** Percent. */
const shareRefused = ({ served, refused }: { served: number[]; refused: number[] }) =>
	(100 * refused.length) / (served.length + refused.length);

const lastOf = (times: number[]) => times[times.length - 1];

describe('Calls to a service that limits their rate', () => {
	it('are refused in hardly any case, and use nearly all that is served', async () => {
		const { served, refused } = await loadOf(bucket(20, 20), { calls: 400, concurrency: 100 });
		expect(served).toHaveLength(400);
		expect(shareRefused({ served, refused })).toBeLessThan(5);
		expect(mostPerSecond(refused)).toBeLessThanOrEqual(10);
		// 20 at once and 20 a second take 19 s.
		expect(lastOf(served)).toBeLessThan(19_000 / 0.9);
	});

	it.each(
		[1, 5, 20, 100, 1000].flatMap((perSecond) =>
			[1, 5, 20, 100, 1000].map((burst) => [perSecond, burst]),
		),
	)('find a rate of %i a second, with bursts of %i', async (perSecond, burst) => {
		const calls = Math.max(100, Math.min(10_000, burst + 40 * perSecond));
		const { served, refused } = await loadOf(bucket(perSecond, burst), { calls, concurrency: 100 });
		expect(served).toHaveLength(calls);
		// As many as are under way together when the burst is used up, and a few for each time the rate is tried out.
		expect(refused.length).toBeLessThan(20 + burst / 3 + calls / 20);
		const idealMs = Math.max((calls - burst) / perSecond, calls / 2000) * 1000;
		// A refusal holds all calls for a second: in it, nothing is saved up for them where no bursts are served.
		const isSmallBurst = burst < perSecond / 4;
		expect(idealMs / lastOf(served)).toBeGreaterThan(isSmallBurst ? 0.4 : 0.75);
	});

	it.each([
		[20, 1_000],
		[100, 60_000],
		[5, 1_000],
		[1_000, 10_000],
	])('find a limit of %i in each window of %i ms', async (calls, windowMs) => {
		const load = await loadOf(fixedWindow(calls, windowMs), { calls: 6 * calls, concurrency: 100 });
		expect(load.refused.length).toBeLessThan(20 + (6 * calls) / 12);
		expect(lastOf(load.served)).toBeLessThan((2 + 6 / 0.6) * windowMs);
	});

	it('follow a limit that becomes lower, and one that becomes higher', async () => {
		const limit = bucket(20, 20);
		const service = new LimitedService(limit);
		service.clock.after(30_000, () => (limit.perSecond = 5));
		service.clock.after(90_000, () => (limit.perSecond = 40));
		await service.clock.run(service.work(3_500, service.limiter(100)));
		const { served, refused } = service.load;
		const servedIn = (from: number, to: number) =>
			served.filter((at) => at >= from && at < to).length / ((to - from) / 1000);
		expect(servedIn(5_000, 30_000)).toBeGreaterThan(18);
		expect(servedIn(40_000, 90_000)).toBeGreaterThan(4);
		expect(servedIn(150_000, 170_000)).toBeGreaterThan(30);
		expect(shareRefused({ served, refused })).toBeLessThan(5);
	});

	it('are not kept back by one that has no limit, but for a gentle beginning', async () => {
		const { served, refused, mostInFlight } = await loadOf(unlimited, {
			calls: 5_000,
			concurrency: 100,
		});
		expect(refused).toEqual([]);
		expect(mostInFlight).toBe(100);
		// All at once would take 2.5 s.
		expect(lastOf(served)).toBeLessThan(3_100);
		expect(served.filter((at) => at < 50)).toHaveLength(8);
	});

	it('are all held when one is refused, for as long as it says', async () => {
		const limit = { ...fixedWindow(50, 10_000), retryAfterMs: () => 9_000 };
		const { served, refused } = await loadOf(limit, { calls: 60, concurrency: 100 });
		const all = [...served, ...refused].sort((one, other) => one - other);
		const firstRefused = refused[0];
		const later = all.filter((at) => at > firstRefused + 100);
		expect(later[0]).toBeGreaterThanOrEqual(firstRefused + 9_000);
	});

	it('of ten executions at the same time share what is served', async () => {
		const service = new LimitedService(bucket(20, 20));
		const gate = new RequestGate(service.clock);
		const ends: number[] = [];
		const execution = async () => {
			const limiter = new RequestLimiter<string>(10, undefined, service.clock, gate);
			await service.work(40, limiter);
			ends.push(service.clock.passed);
		};
		await service.clock.run(Promise.all(Array.from({ length: 10 }, execution)));
		expect(shareRefused(service.load)).toBeLessThan(5);
		expect(Math.max(...ends)).toBeLessThan(2 * Math.min(...ends));
		expect(Math.max(...ends)).toBeLessThan(19_000 / 0.9);
	});

	it('profit from what an execution before them has learned', async () => {
		const service = new LimitedService(bucket(20, 20));
		const gate = new RequestGate(service.clock);
		const limiter = () => new RequestLimiter<string>(100, undefined, service.clock, gate);
		await service.clock.run(service.work(200, limiter()));
		const before = service.load.refused.length;
		await service.clock.run(service.clock.sleep(60_000));
		await service.clock.run(service.work(200, limiter()));
		expect(service.load.refused.length - before).toBeLessThanOrEqual(5);
	});

	it('end at once when the user stops while they are held', async () => {
		const service = new LimitedService({ takes: () => false, retryAfterMs: () => 60_000 });
		const button = new AbortController();
		const gate = new RequestGate(service.clock);
		const limiter = new RequestLimiter<string>(5, button.signal, service.clock, gate);
		service.clock.after(2_000, () => button.abort());
		const call = async () => await limiter.run(async () => await service.call());
		await service.clock.run(call());
		const held = await service.clock.run(Promise.all(Array.from({ length: 10 }, call)));
		expect(held).toEqual(held.map(() => ({ kind: 'aborted' })));
		expect(service.clock.passed).toBe(2_000);
		expect(service.load.refused).toHaveLength(1);
	});
});

describe('Starts and polls under a limit', () => {
	/** A service of which nothing but the rate matters. */
	const limitedWorld = (perSecond: number, concurrency: number) => {
		const limit = bucket(perSecond, perSecond);
		const world: World = new World({
			concurrency,
			durationMs: () => 10_000,
			fault: () =>
				limit.takes(world.clock.passed) ? undefined : { kind: 'retryable', retryAfterMs: 1_000 },
		});
		return world;
	};

	it('are served by turns: runs are followed while others are started', async () => {
		const world = limitedWorld(20, 50);
		const outcomes = await world.startAndWait(manyJobs(400));
		expect(outcomes.filter(({ kind }) => kind === 'completed')).toHaveLength(400);
		const refused = world.service.calls.filter(({ answer }) => answer === 'retryable');
		expect(refused.length / world.service.calls.length).toBeLessThan(0.05);
		// The last start after 19 s, and ten seconds of its run.
		expect(world.clock.passed).toBeLessThan(29_000 * 1.1);
	});

	it('do not lose the time they are tried for while they wait for a place', async () => {
		const world = limitedWorld(1, 500);
		const outcomes = await world.start(manyJobs(500));
		expect(outcomes.filter(({ kind }) => kind === 'started')).toHaveLength(500);
		expect(world.clock.passed).toBeGreaterThan(400_000);
	});

	it('wait no longer for a place than until there is one for each', async () => {
		const { clock } = new World();
		const limiter = new RequestLimiter<string>(1, undefined, clock);
		const order: string[] = [];
		const call = async (name: string, kind: 'start' | 'read') =>
			await limiter.run(
				async () => {
					order.push(name);
					await clock.sleep(50);
					return { kind: 'ok', value: name };
				},
				{ kind, workflowId: 'g', id: name },
			);
		const starts = ['s1', 's2', 's3', 's4'].map(async (name) => await call(name, 'start'));
		const polls = ['p1', 'p2'].map(async (name) => await call(name, 'read'));
		await clock.run(Promise.all([...starts, ...polls]));
		expect(order).toEqual(['s1', 's2', 'p1', 's3', 'p2', 's4']);
	});

	it('tell each call how long it had to wait', async () => {
		const { clock } = new World();
		const limiter = new RequestLimiter<string>(1, undefined, clock);
		const waits: number[] = [];
		const call = async () =>
			await limiter.run(async (waitedMs) => {
				waits.push(waitedMs);
				await clock.sleep(50);
				return { kind: 'ok', value: '' };
			});
		await clock.run(Promise.all([call(), call(), call()]));
		expect(waits).toEqual([0, 50, 100]);
	});
});

describe('What a process remembers of a service', () => {
	it('is shared by all who call it with the same key, and by nobody else', () => {
		const { clock } = new World();
		const { gate } = serviceMemory('one', clock);
		expect(serviceMemory('one', clock).gate).toBe(gate);
		expect(serviceMemory('other', clock).gate).not.toBe(gate);
		expect(serviceMemory(undefined, clock).gate).not.toBe(serviceMemory(undefined, clock).gate);
		expect(serviceMemory('one', new World().clock).gate).not.toBe(gate);
	});

	it('is forgotten after ten minutes without a call, and when there are too many others', async () => {
		const { clock } = new World();
		const { gate } = serviceMemory('one', clock);
		await clock.run(clock.sleep(11 * 60_000));
		const next = serviceMemory('one', clock).gate;
		expect(next).not.toBe(gate);
		for (let other = 0; other < 30; other++) serviceMemory(`other ${other}`, clock);
		expect(serviceMemory('one', clock).gate).not.toBe(next);
	});
});
