import { RequestLimiter, type RunService } from '../../../nodes/runs';
import type { TestCall, TestFault, TestRun } from './testService';
import { manyJobs, World } from './world';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

function makeRuns(world: World, count: number, workflowId = 'g'): TestRun[] {
	return Array.from({ length: count }, (_, index) =>
		world.service.make(`run ${index}`, { workflowId }),
	);
}

function kindsOf(outcomes: Array<{ kind: string }>): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
	return counts;
}

/** Hits calls of one kind from a moment on, so many times. */
function glitch(kind: TestFault, on: TestCall['kind'], times: number, after: () => boolean) {
	let left = times;
	return (call: TestCall) => {
		if (call.kind !== on || left === 0 || !after()) return undefined;
		left--;
		return kind;
	};
}

describe('One bad answer is not the end', () => {
	const cases: Array<[TestFault & string, 'read' | 'page', number]> = [];
	for (const kind of ['unauthorized', 'notFound', 'rejected'] as const) {
		for (const on of ['read', 'page'] as const) {
			for (const times of [1, 2]) cases.push([kind, on, times]);
		}
	}

	it.each(cases)('"%s" to a %s, %i in a row, for runs seen before', async (kind, on, times) => {
		const world: World = new World({ durationMs: () => 3 * MINUTE });
		world.service.settings.fault = glitch(kind, on, times, () => world.clock.passed > 100 * SECOND);
		const outcomes = await world.wait(makeRuns(world, on === 'read' ? 1 : 30));
		expect(kindsOf(outcomes)).toEqual({ completed: outcomes.length });
		const hit = world.service.calls.filter(({ answer }) => answer === kind);
		expect(hit.length).toBeGreaterThan(0);
	});

	it('one of ten denied, of starts, reads and lists: every item gets its one run', async () => {
		for (let seed = 1; seed <= 60; seed++) {
			const world: World = new World({
				seed,
				durationMs: () => (5 + 20 * world.clock.random()) * SECOND,
				fault: () => (world.clock.random() < 0.1 ? 'unauthorized' : undefined),
			});
			const outcomes = await world.startAndWait(manyJobs(50));
			expect(kindsOf(outcomes)).toEqual({ completed: 50 });
			expect(world.service.runs).toHaveLength(50);
			expect(world.clock.passed).toBeLessThan(60 * SECOND);
		}
	});

	it.each(['lostBefore', 'silentBefore'] as const)(
		'all calls denied for half a second of every ten, half of the others "%s": every item gets its one run',
		async (kind) => {
			for (let seed = 1; seed <= 40; seed++) {
				const world: World = new World({
					seed,
					latencyMs: () => 300 * world.clock.random(),
					durationMs: () => (5 + 40 * world.clock.random()) * SECOND,
					fault: () => {
						if (world.clock.passed % (10 * SECOND) < SECOND / 2) return 'unauthorized';
						const isLost = world.clock.passed < 2 * MINUTE && world.clock.random() < 0.5;
						return isLost ? kind : undefined;
					},
				});
				const outcomes = await world.startAndWait(manyJobs(1 + (seed % 5)));
				expect(kindsOf(outcomes)).toEqual({ completed: outcomes.length });
				expect(world.service.runs).toHaveLength(outcomes.length);
			}
		},
	);

	it('runs of which one of ten reads is denied are followed to their ends', async () => {
		for (let seed = 1; seed <= 20; seed++) {
			const world: World = new World({
				seed,
				listWithout: ['state'],
				durationMs: () => (5 + 40 * world.clock.random()) * SECOND,
				fault: ({ kind }) =>
					kind === 'read' && world.clock.random() < 0.1 ? 'unauthorized' : undefined,
			});
			expect(kindsOf(await world.wait(makeRuns(world, 10)))).toEqual({ completed: 10 });
		}
	});

	it('a list that is forbidden is left out while reads work', async () => {
		const world = new World({
			durationMs: () => MINUTE,
			fault: ({ kind }) => (kind === 'page' ? 'unauthorized' : undefined),
		});
		const outcomes = await world.wait(makeRuns(world, 20));
		expect(kindsOf(outcomes)).toEqual({ completed: 20 });
		expect(world.service.callsOf('page').length).toBeLessThan(5);
		expect(world.clock.passed).toBeLessThan(65 * SECOND);
	});

	it('a list whose second page is forbidden, too', async () => {
		const world = new World({
			durationMs: () => MINUTE,
			fault: ({ page }) => (page === 2 ? 'unauthorized' : undefined),
		});
		const outcomes = await world.wait(makeRuns(world, 150));
		expect(kindsOf(outcomes)).toEqual({ completed: 150 });
	});

	it('reads that are forbidden do no harm while the list works', async () => {
		const world = new World({
			durationMs: () => MINUTE,
			fault: ({ kind }) => (kind === 'read' ? 'unauthorized' : undefined),
		});
		expect(kindsOf(await world.wait(makeRuns(world, 20)))).toEqual({ completed: 20 });
	});

	it.each(['unauthorized', 'rejected', 'notFound'] as const)(
		'one run that is "%s" for good is given up, and only that one',
		async (kind) => {
			const world = new World({
				listWithout: ['state'],
				durationMs: () => 2 * MINUTE,
				fault: ({ id }) => (id === 'g-7' ? kind : undefined),
			});
			const runs = makeRuns(world, 20);
			const { poller } = world.deps();
			const ends = runs.map(async ({ workflowId, id }) => {
				const outcome = await poller.waitForFinish({ workflowId, id, timeoutMs: HOUR });
				return { ...outcome, at: world.clock.passed };
			});
			const outcomes = await world.clock.run(Promise.all(ends));
			expect(kindsOf(outcomes)).toEqual({ completed: 19, unreadable: 1 });
			expect(outcomes[6]).toMatchObject({ kind: 'unreadable', error: kind });
			expect(outcomes[6].at).toBeGreaterThan(3 * SECOND);
			expect(outcomes[6].at).toBeLessThan(50 * SECOND);
		},
	);

	it('new runs that are forbidden do not end the wait for an old one that is polled seldom', async () => {
		const world: World = new World({
			listWithout: ['state'],
			durationMs: () => HOUR,
			fault: ({ id }) => (id && id !== 'g-1' ? 'unauthorized' : undefined),
		});
		const { poller } = world.deps();
		const wait = async ({ workflowId, id }: TestRun) =>
			await poller.waitForFinish({ workflowId, id, timeoutMs: 2 * HOUR });
		const [old] = makeRuns(world, 1);
		const first = wait(old);
		await world.clock.run(world.clock.sleep(20 * MINUTE));
		const others = await world.clock.run(Promise.all(makeRuns(world, 5).map(wait)));
		expect(kindsOf(others)).toEqual({ unreadable: 5 });
		expect((await world.clock.run(first)).kind).toBe('completed');
	});

	it('a call for the state alone that is forbidden is left out while reading in full works', async () => {
		const world = new World({ listWithout: ['state'], durationMs: () => MINUTE });
		const deps = world.deps();
		let statusPolls = 0;
		const service: RunService<string, TestRun, string> = deps.service;
		service.getRunStatus = async () => {
			statusPolls++;
			return await Promise.resolve({ kind: 'unauthorized', error: 'denied' });
		};
		expect(kindsOf(await world.wait(makeRuns(world, 3)))).toEqual({ completed: 3 });
		expect(statusPolls).toBeLessThan(12);
	});

	it.each(['lostBefore', 'silentBefore', 'retryable'] as const)(
		'a list whose every answer is "%s" is left out while reads work',
		async (kind) => {
			const world = new World({
				durationMs: () => 3 * MINUTE,
				fault: (call) => (call.kind === 'page' ? kind : undefined),
			});
			const outcomes = await world.wait(makeRuns(world, 20));
			expect(kindsOf(outcomes)).toEqual({ completed: 20 });
			expect(world.clock.passed).toBeLessThan(4 * MINUTE);
		},
	);

	it('while nothing answers, few runs are asked for one by one', async () => {
		const world: World = new World({
			durationMs: () => 3 * MINUTE,
			fault: () => (world.clock.passed < 2 * MINUTE ? 'lostBefore' : undefined),
		});
		expect(kindsOf(await world.wait(makeRuns(world, 50)))).toEqual({ completed: 50 });
		const early = world.service.calls.filter(({ at }) => at < world.clock.start + 2 * MINUTE);
		// 105 without any.
		expect(early.length).toBeLessThan(115);
	});

	it('a list that was refused once is used again after half a minute', async () => {
		const world: World = new World({ durationMs: () => 5 * MINUTE });
		world.service.settings.fault = glitch('notFound', 'page', 1, () => true);
		await world.wait(makeRuns(world, 30));
		const late = world.service.calls.filter(({ at }) => at > world.clock.start + 40 * SECOND);
		expect(new Set(late.map(({ kind }) => kind))).toEqual(new Set(['page']));
	});
});

describe('A key that is rejected for good', () => {
	it.each([1, 10, 100])(
		'ends 500 starts within seconds, %i calls in flight',
		async (concurrency) => {
			const world = new World({ concurrency, fault: () => 'unauthorized' });
			const outcomes = await world.start(manyJobs(500));
			expect(kindsOf(outcomes)).toEqual({ rejected: 500 });
			expect(world.clock.passed).toBeLessThan(6 * SECOND);
			expect(world.service.calls.length).toBeLessThan(concurrency + 6);
			expect(world.records).toEqual([]);
		},
	);

	it('ends starts and waits within seconds even if a third of the answers is lost', async () => {
		for (let seed = 1; seed <= 8; seed++) {
			const world: World = new World({
				seed,
				durationMs: () => 10 * MINUTE,
				fault: () => {
					if (world.clock.passed < 20 * SECOND) return undefined;
					return world.clock.random() < 0.33 ? 'lostBefore' : 'unauthorized';
				},
			});
			const outcomes = await world.startAndWait(manyJobs(2_000));
			const { unreadable, completed = 0 } = kindsOf(outcomes);
			expect(completed).toBe(0);
			expect(unreadable).toBeGreaterThan(0);
			expect(world.clock.passed).toBeLessThan(40 * SECOND);
		}
	});

	it('ends the starts that are left and the runs that are waited for', async () => {
		const world: World = new World({
			durationMs: () => 10 * MINUTE,
			latencyMs: 500,
			fault: () => (world.clock.passed > 20 * SECOND ? 'unauthorized' : undefined),
		});
		const outcomes = await world.startAndWait(manyJobs(2_000));
		const { unreadable, rejected } = kindsOf(outcomes);
		expect(unreadable).toBe(world.service.runs.length);
		expect(unreadable + rejected).toBe(2_000);
		expect(world.clock.passed).toBeLessThan(30 * SECOND);
		const denied = world.service.calls.filter(({ answer }) => answer === 'unauthorized');
		expect(denied.length).toBeLessThan(60);
	});

	it('sends one start a second at most once a denial was seen', async () => {
		const world: World = new World({
			fault: () => (world.clock.passed < 2_500 ? 'unauthorized' : undefined),
		});
		const outcomes = await world.start(manyJobs(40));
		expect(kindsOf(outcomes)).toEqual({ started: 40 });
		const times = world.service.calls.map(({ at }) => at - world.clock.start);
		const suspected = times.filter((at) => at > 50 && at < 2_500);
		expect(suspected.length).toBeLessThanOrEqual(2);
	});

	it('ends each workflow by itself: one that is forbidden leaves the others alone', async () => {
		const world = new World({
			fault: ({ workflowId }) => (workflowId === 'forbidden' ? 'unauthorized' : undefined),
		});
		const items = manyJobs(200).map((job, item) => ({
			...job,
			workflowId: item < 100 ? 'forbidden' : 'g',
		}));
		const outcomes = await world.startAndWait(items);
		expect(kindsOf(outcomes.slice(0, 100))).toEqual({ rejected: 100 });
		expect(kindsOf(outcomes.slice(100))).toEqual({ completed: 100 });
		const denied = world.service.calls.filter(({ answer }) => answer === 'unauthorized');
		expect(denied.length).toBeLessThan(30);
	});

	it('ends at once when the user stops meanwhile', async () => {
		const world = new World({ fault: () => 'unauthorized' });
		world.clock.after(1_500, () => world.stop());
		const outcomes = await world.start(manyJobs(30));
		expect(world.clock.passed).toBe(1_500);
		expect(kindsOf(outcomes)).toEqual({ aborted: 30 });
	});
});

test('without a clock each denial is final for its call, and closes nothing', async () => {
	const limiter = new RequestLimiter<string>(1);
	const denied = async () => await Promise.resolve({ kind: 'unauthorized' as const, error: 'no' });
	const good = async () => await Promise.resolve({ kind: 'ok' as const, value: 1 });
	for (let nth = 0; nth < 5; nth++) {
		expect((await limiter.run(denied, limiter.newRoute())).kind).toBe('unauthorized');
	}
	expect((await limiter.run(good)).kind).toBe('ok');
});
