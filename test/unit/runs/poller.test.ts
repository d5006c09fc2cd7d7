import { RunPoller } from '../../../nodes/runs';
import type { TestRun } from './testService';
import { jobs, manyJobs, World } from './world';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Runs made one after the other, a millisecond apart, before the node begins. */
function makeRuns(world: World, count: number, workflowId = 'g'): TestRun[] {
	return Array.from({ length: count }, (_, index) =>
		world.service.make(`run ${index}`, { workflowId }),
	);
}

/** Delays between consecutive polls, ms. */
function delays(world: World): number[] {
	const times = world.service.calls.map(({ at }) => at);
	return times.slice(1).map((at, index) => at - times[index]);
}

describe('Waiting for one run', () => {
	it.each([
		[0, 'at once'],
		[5 * SECOND, 'after seconds'],
		[3 * MINUTE, 'after minutes'],
		[5 * HOUR, 'after hours'],
	])('sees it end (%i ms: %s) within a twentieth of that', async (durationMs) => {
		const world = new World({ durationMs: () => durationMs });
		const [run] = makeRuns(world, 1);
		expect(await world.wait([run], 10 * HOUR)).toEqual([{ kind: 'completed', id: run.id, run }]);
		expect(world.clock.passed).toBeLessThan(Math.max(durationMs * 1.05, durationMs + SECOND));
	});

	it('tells a failed run from one that is done', async () => {
		const world = new World({ fails: () => true });
		const [run] = makeRuns(world, 1);
		expect(await world.wait([run])).toEqual([{ kind: 'failed', id: run.id, run }]);
	});

	it('polls after half a second first, after a twentieth of its age later, and every 15 s in the end', async () => {
		const world = new World({ latencyMs: 0, durationMs: () => HOUR });
		await world.wait(makeRuns(world, 1), 2 * HOUR);

		const { start } = world.clock;
		const polls = delays(world).map((delay, index) => ({
			delay,
			age: world.service.calls[index].at - start,
		}));
		for (const { delay, age } of polls) {
			const twentieth = Math.min(Math.max(age / 20, SECOND / 2), 15 * SECOND);
			expect(delay).toBeGreaterThan(twentieth * 0.8);
			expect(delay).toBeLessThanOrEqual(twentieth);
		}
		expect(polls[0].delay).toBeLessThanOrEqual(SECOND / 2);
		expect(polls.at(-1)?.delay).toBeGreaterThan(13 * SECOND);
		// Jitter: no two nodes in step.
		expect(new Set(polls.map(({ delay }) => Math.round(delay * 1000))).size).toBeGreaterThan(100);
	});

	it('waits for hours with few requests', async () => {
		const world = new World({ durationMs: () => 5 * HOUR });
		await world.wait(makeRuns(world, 1), 10 * HOUR);
		expect(world.service.calls.length).toBeLessThan(1500);
	});

	it('shares one outcome between two that wait for it', async () => {
		const world = new World();
		const [run] = makeRuns(world, 1);
		const [one, other] = await world.wait([run, run]);
		expect(one).toEqual({ kind: 'completed', id: run.id, run });
		expect(other).toBe(one);
		expect(world.service.calls.length).toBeLessThan(40);
	});

	it('asks nothing more when it was seen ended already', async () => {
		const world = new World();
		const [run] = makeRuns(world, 1);
		const seen = { id: run.id, state: 'completed', isFull: true, run } as const;
		expect(await world.clock.run(world.waiting([run], MINUTE, seen))).toEqual([
			{ kind: 'completed', id: run.id, run },
		]);
		expect(world.service.calls).toEqual([]);
	});

	it('reads it when it was seen ended without its output', async () => {
		const world = new World({ durationMs: () => 0 });
		const [run] = makeRuns(world, 1);
		const seen = { id: run.id, state: 'completed', isFull: false, run } as const;
		await world.clock.run(world.waiting([run], MINUTE, seen));
		expect(world.service.calls.map(({ kind }) => kind)).toEqual(['read']);
	});

	it('can be waited for again after its end', async () => {
		const world = new World();
		const [run] = makeRuns(world, 1);
		const { poller } = world.deps();
		const target = { workflowId: 'g', id: run.id, timeoutMs: MINUTE };
		const one = await world.clock.run(poller.waitForFinish(target));
		const other = await world.clock.run(poller.waitForFinish(target));
		expect(other).toEqual(one);
	});
});

describe('The timeout', () => {
	it('ends with the run as it was seen at exactly that moment', async () => {
		const world = new World({ latencyMs: 0, durationMs: () => HOUR });
		const [run] = makeRuns(world, 1);
		expect(await world.wait([run], 100 * SECOND)).toEqual([{ kind: 'timedOut', id: run.id, run }]);
		expect(world.service.calls.at(-1)?.at).toBe(world.clock.start + 100 * SECOND);
		expect(world.clock.passed).toBe(100 * SECOND);
	});

	it('still takes a run that ended just before', async () => {
		const world = new World({ latencyMs: 0, durationMs: () => 99_990 });
		expect(await world.wait(makeRuns(world, 1), 100 * SECOND)).toMatchObject([
			{ kind: 'completed' },
		]);
	});

	it('counts for each run from its own start', async () => {
		const world = new World({ latencyMs: 0, durationMs: () => HOUR });
		const [early, late] = makeRuns(world, 2);
		const { poller } = world.deps();
		const add = async ({ id }: TestRun) => {
			const { kind } = await poller.waitForFinish({ workflowId: 'g', id, timeoutMs: MINUTE });
			return { kind, at: world.clock.passed };
		};
		const first = add(early);
		await world.clock.run(world.clock.sleep(30 * SECOND));
		const second = add(late);
		expect(await world.clock.run(Promise.all([first, second]))).toEqual([
			{ kind: 'timedOut', at: 60 * SECOND },
			{ kind: 'timedOut', at: 90 * SECOND },
		]);
	});

	it('names the reason when the last poll failed', async () => {
		const world: World = new World({
			durationMs: () => HOUR,
			fault: () => (world.clock.passed > 90 * SECOND ? 'lostBefore' : undefined),
		});
		const [run] = makeRuns(world, 1);
		expect(await world.wait([run], 100 * SECOND)).toEqual([
			{ kind: 'timedOut', id: run.id, run, error: 'lostBefore' },
		]);
	});

	it('also ends a wait for which the service asks for a year', async () => {
		const world = new World({
			fault: () => ({ kind: 'retryable', retryAfterMs: 365 * 24 * HOUR }),
		});
		const [run] = makeRuns(world, 1);
		expect(await world.wait([run], MINUTE)).toEqual([
			{ kind: 'timedOut', id: run.id, run: undefined, error: 'retryable' },
		]);
		expect(world.service.calls).toHaveLength(2);
	});
});

describe('Waiting for many runs', () => {
	it('asks for pages where that is fewer requests, and for single runs where it is not', async () => {
		const world = new World({ durationMs: ({ request }) => (request === 'run 7' ? HOUR : MINUTE) });
		await world.wait(makeRuns(world, 20), 2 * HOUR);

		const after = world.service.calls.filter(({ at }) => at > world.clock.start + 2 * MINUTE);
		const before = world.service.calls.filter(({ at }) => at < world.clock.start + MINUTE);
		expect(new Set(before.map(({ kind }) => kind))).toEqual(new Set(['page']));
		expect(new Set(after.map(({ kind }) => kind))).toEqual(new Set(['read']));
	});

	it('asks for two pages of a hundred for two hundred runs', async () => {
		const world = new World({ durationMs: () => MINUTE });
		await world.wait(makeRuns(world, 200));
		const [first, second, third] = world.service.calls;
		expect([first, second]).toMatchObject([
			{ kind: 'page', page: 1, size: 100 },
			{ kind: 'page', page: 2, size: 100 },
		]);
		expect(third.at).toBeGreaterThan(second.at);
	});

	it('asks for smaller pages as fewer runs are open', async () => {
		const world = new World({ durationMs: ({ request }) => (10 + nthOf(request)) * SECOND });
		await world.wait(makeRuns(world, 60));
		const sizes = world.service.callsOf('page').map(({ size = 0 }) => size);
		expect(sizes[0]).toBeGreaterThan(60);
		expect(sizes.at(-1)).toBeLessThan(15);
		expect([...sizes].sort((one, other) => other - one)).toEqual(sizes);
	});

	it('keeps pages small for runs that are given the other way round', async () => {
		const world = new World({ durationMs: ({ request }) => (10 + nthOf(request)) * SECOND });
		await world.wait(makeRuns(world, 60).reverse());
		expect(world.service.callsOf('page').at(-1)?.size).toBeLessThan(15);
	});

	it('goes on to the next page when runs of others push these down', async () => {
		const world: World = new World({ durationMs: () => MINUTE });
		const runs = makeRuns(world, 50);
		for (let other = 0; other < 120; other++) world.service.make('of others');
		await world.wait(runs);

		expect(world.service.callsOf('read').length).toBeLessThan(5);
		const [first] = world.service.callsOf('page');
		// The pages of the later polls are those that show the runs.
		const later = world.service.calls.filter(({ at }) => at > first.at + 2 * SECOND);
		expect(later.every(({ page, kind }) => kind === 'read' || page === 2)).toBe(true);
	});

	it('reads runs singly that lie far apart in the list, and seldom asks for pages in vain', async () => {
		const world = new World({ durationMs: () => 10 * MINUTE });
		const runs: TestRun[] = [];
		for (let index = 0; index < 5; index++) {
			runs.push(world.service.make(`run ${index}`));
			for (let other = 0; other < 300; other++) world.service.make('of others', { endsAt: 0 });
		}
		const outcomes = await world.wait(runs);
		expect(outcomes.map(({ kind }) => kind)).toEqual(Array(5).fill('completed'));
		const { length: pages } = world.service.callsOf('page');
		expect(pages).toBeLessThan(world.service.callsOf('read').length / 20);
	});

	it('finds runs that are listed ten seconds late', async () => {
		const world = new World({ unlistedForMs: 10 * SECOND, durationMs: () => MINUTE });
		const outcomes = await world.startAndWait(manyJobs(20));
		expect(outcomes.map(({ kind }) => kind)).toEqual(Array(20).fill('completed'));
		const late = world.service.calls.filter(({ at }) => at > world.clock.start + 40 * SECOND);
		expect(late.filter(({ kind }) => kind === 'read')).toEqual([]);
	});

	it('reads each ended run once more when the list leaves out the output', async () => {
		const world = new World({
			listWithout: ['output'],
			durationMs: ({ request }) => (10 + nthOf(request) / 10) * SECOND,
		});
		await world.wait(makeRuns(world, 100));
		const reads = world.service.callsOf('read').map(({ id }) => id);
		expect(new Set(reads).size).toBe(100);
		expect(reads.length).toBeLessThan(110);
	});

	it('asks for no more pages when the list leaves out the status', async () => {
		const world = new World({ listWithout: ['state'], durationMs: () => 20 * SECOND });
		const outcomes = await world.wait(makeRuns(world, 10));
		expect(outcomes.map(({ kind }) => kind)).toEqual(Array(10).fill('completed'));
		expect(world.service.callsOf('page')).toHaveLength(1);
	});

	it('reads only that run singly whose status alone is missing', async () => {
		const world = new World({ durationMs: () => 20 * SECOND });
		const runs = makeRuns(world, 10);
		const { service } = world;
		const page = service.listRuns.bind(service);
		service.listRuns = async (...args) => {
			const answer = await page(...args);
			if (answer.kind !== 'ok') return answer;
			const value = answer.value.map((seen) =>
				seen.id === runs[3].id ? { ...seen, state: 'unknown' as const } : seen,
			);
			return { ...answer, value };
		};
		const outcomes = await world.wait(runs);
		expect(outcomes.map(({ kind }) => kind)).toEqual(Array(10).fill('completed'));
		expect(new Set(service.callsOf('read').map(({ id }) => id))).toEqual(new Set([runs[3].id]));
	});

	it.each(['rejected', 'notFound'] as const)('does without a list that is %s', async (kind) => {
		const world = new World({ fault: (call) => (call.kind === 'page' ? kind : undefined) });
		const outcomes = await world.wait(makeRuns(world, 5));
		expect(outcomes.map(({ kind }) => kind)).toEqual(Array(5).fill('completed'));
		expect(world.service.callsOf('page')).toHaveLength(1);
	});

	it('polls the runs of several workflows together', async () => {
		const world = new World({
			durationMs: ({ workflowId }) =>
				workflowId === 'long' ? HOUR : workflowId === 'short' ? SECOND : MINUTE,
		});
		const runs = ['short', 'long', 'middle'].flatMap((workflowId) =>
			makeRuns(world, 30, workflowId),
		);
		const outcomes = await world.wait(runs, 2 * HOUR);
		expect(outcomes).toEqual(runs.map((run) => ({ kind: 'completed', id: run.id, run })));
		const lateGroups = world.service.calls
			.filter(({ at }) => at > world.clock.start + 2 * MINUTE)
			.map(({ workflowId }) => workflowId);
		expect(new Set(lateGroups)).toEqual(new Set(['long']));
	});

	it('does not take the time that one workflow needs for that of another', async () => {
		const world: World = new World({
			durationMs: ({ workflowId }) => (workflowId === 'long' ? MINUTE : 2 * SECOND),
		});
		const { poller } = world.deps();
		const add = async ({ workflowId, id }: TestRun) =>
			await poller
				.waitForFinish({ workflowId, id, timeoutMs: HOUR })
				.then(() => world.clock.passed);
		const long = makeRuns(world, 5, 'long').map(add);
		await world.clock.run(Promise.all(long));
		const began = world.clock.passed;
		const [short] = makeRuns(world, 1, 'short').map(add);
		expect((await world.clock.run(short)) - began).toBeLessThan(3 * SECOND);
	});

	it('leaves young runs alone that cannot have ended yet, going by the others, but never for long', async () => {
		const world: World = new World({ durationMs: () => 10 * SECOND });
		const { poller } = world.deps();
		const add = async ({ workflowId, id }: TestRun) =>
			await poller.waitForFinish({ workflowId, id, timeoutMs: HOUR });
		await world.clock.run(Promise.all(makeRuns(world, 5).map(add)));
		const polls = world.service.calls.length;
		const began = world.clock.passed;
		// One that had ended before tells nothing about that.
		const [old] = makeRuns(world, 1);
		await poller.waitForFinish(
			{ workflowId: 'g', id: old.id, timeoutMs: HOUR },
			{ id: old.id, state: 'completed', isFull: true, run: old },
		);
		await world.clock.run(Promise.all(makeRuns(world, 5).map(add)));
		expect(world.service.calls.length - polls).toBeLessThan(5);
		expect(world.clock.passed - began).toBeLessThan(11 * SECOND);
	});

	it('takes in a run at the very moment at which the last one ends', async () => {
		for (let moment = 0; moment < 40; moment++) {
			const world = new World();
			const [first, second] = makeRuns(world, 2);
			const { poller } = world.deps();
			const add = async ({ id }: TestRun) =>
				await poller.waitForFinish({ workflowId: 'g', id, timeoutMs: MINUTE });
			const both = async () => {
				await add(first);
				for (let step = 0; step < moment; step++) await Promise.resolve();
				return await add(second);
			};
			expect(await world.clock.run(both())).toMatchObject({ kind: 'completed', id: second.id });
		}
	});

	it('polls a new run early although the others are old and polled seldom', async () => {
		const world = new World({
			durationMs: ({ request }) => (request === 'short' ? SECOND : HOUR),
		});
		const { poller } = world.deps();
		const timeoutMs = 2 * HOUR;
		makeRuns(world, 5).forEach(
			({ id }) => void poller.waitForFinish({ workflowId: 'g', id, timeoutMs }),
		);
		await world.clock.run(world.clock.sleep(20 * MINUTE));
		for (let nth = 0; nth < 10; nth++) {
			await world.clock.run(world.clock.sleep(4.3 * SECOND));
			const began = world.clock.passed;
			const { id } = world.service.make('short');
			await world.clock.run(poller.waitForFinish({ workflowId: 'g', id, timeoutMs }));
			expect(world.clock.passed - began).toBeLessThan(3 * SECOND);
		}
	});

	it('takes runs in at any time', async () => {
		const world = new World({ durationMs: () => 20 * SECOND });
		const { poller } = world.deps();
		const ends: Array<Promise<{ kind: string }>> = [];
		for (let nth = 0; nth < 30; nth++) {
			const [{ id }] = makeRuns(world, 1);
			ends.push(poller.waitForFinish({ workflowId: 'g', id, timeoutMs: HOUR }));
			await world.clock.run(world.clock.sleep(3 * SECOND));
		}
		const outcomes = await world.clock.run(Promise.all(ends));
		expect(outcomes.map(({ kind }) => kind)).toEqual(Array(30).fill('completed'));
		expect(world.clock.passed).toBeLessThan(29 * 3 * SECOND + 21 * SECOND);
	});
});

describe('When polls fail', () => {
	it('returns every run although 6 of 10 polls fail for 15 s', async () => {
		for (let seed = 1; seed <= 20; seed++) {
			const world: World = new World({
				seed,
				durationMs: () => (5 + 10 * world.clock.random()) * SECOND,
				fault: ({ kind }) =>
					kind !== 'start' && world.clock.passed < 15 * SECOND && world.clock.random() < 0.6
						? 'lostBefore'
						: undefined,
			});
			const outcomes = await world.startAndWait(manyJobs(50));
			expect(outcomes.map(({ kind }) => kind)).toEqual(Array(50).fill('completed'));
			expect(world.clock.passed).toBeLessThan(45 * SECOND);
		}
	});

	it('waits as long as Retry-After says before the next poll', async () => {
		const world = new World({
			durationMs: () => 5 * MINUTE,
			fault: ({ nth }) =>
				nth === 3 ? { kind: 'retryable', retryAfterMs: 70 * SECOND } : undefined,
		});
		await world.wait(makeRuns(world, 1));
		const delay = delays(world)[2];
		expect(delay).toBeGreaterThanOrEqual(70 * SECOND);
		expect(delay).toBeLessThan(72 * SECOND);
	});

	it('waits longer after each failure, and a short time again once it works', async () => {
		const world = new World({
			latencyMs: 0,
			durationMs: () => 2 * MINUTE,
			fault: ({ nth }) => (nth <= 8 || nth === 12 ? 'lostBefore' : undefined),
		});
		await world.wait(makeRuns(world, 1));
		const [first, ...more] = delays(world);
		expect(first).toBeGreaterThanOrEqual(500);
		expect(more.slice(0, 4).every((delay, index) => delay > [first, ...more][index])).toBe(true);
		expect(Math.max(...more)).toBeLessThan(19 * SECOND);
		expect(more[8]).toBeLessThan(5 * SECOND);
		// The twelfth poll is the first failure again.
		expect(more[10]).toBeLessThan(SECOND);
	});

	it('keeps to pages although every other page fails', async () => {
		const world = new World({
			durationMs: () => MINUTE,
			fault: ({ nth }) => (nth % 2 ? 'lostBefore' : undefined),
		});
		const outcomes = await world.wait(makeRuns(world, 30));
		expect(outcomes.map(({ kind }) => kind)).toEqual(Array(30).fill('completed'));
		expect(world.service.callsOf('read')).toEqual([]);
	});

	it('ends for all runs within seconds, with few calls, when the key is rejected for good', async () => {
		const world: World = new World({
			durationMs: () => HOUR,
			fault: () => (world.clock.passed > MINUTE ? 'unauthorized' : undefined),
		});
		const runs = [...makeRuns(world, 30), ...makeRuns(world, 30, 'h')];
		const outcomes = await world.wait(runs, HOUR);
		expect(outcomes).toEqual(
			runs.map((run) => ({ kind: 'unreadable', id: run.id, run, error: 'unauthorized' })),
		);
		expect(world.clock.passed).toBeLessThan(65 * SECOND);
		expect(
			world.service.calls.filter(({ answer }) => answer === 'unauthorized').length,
		).toBeLessThan(10);
	});

	it('polls for half a minute for a run that the service does not know yet', async () => {
		const world = new World({ unknownForMs: 29 * SECOND, unlistedForMs: 29 * SECOND });
		const [outcome] = await world.startAndWait(jobs(['a']));
		expect(outcome.kind).toBe('completed');
	});

	it('gives up a run that the service does not know after that', async () => {
		const world = new World();
		const { poller } = world.deps();
		const outcome = await world.clock.run(
			poller.waitForFinish({ workflowId: 'g', id: 'no such', timeoutMs: HOUR }),
		);
		expect(outcome).toEqual({ kind: 'unreadable', id: 'no such', error: 'no such run' });
		expect(world.clock.passed).toBeGreaterThan(29 * SECOND);
		expect(world.clock.passed).toBeLessThan(50 * SECOND);
	});

	it('gives up a run that it may not see, and waits for the others', async () => {
		const world = new World({
			listWithout: ['state'],
			fault: ({ id }) => (id === 'g-2' ? 'rejected' : undefined),
		});
		const outcomes = await world.wait(makeRuns(world, 4));
		expect(outcomes.map(({ kind }) => kind)).toEqual([
			'completed',
			'unreadable',
			'completed',
			'completed',
		]);
	});

	it('hands on what a service throws that should not throw', async () => {
		const world = new World();
		const { limiter, clock, service } = world.deps();
		service.getRun = async () => await Promise.reject(new Error('a mistake in the program'));
		const poller = new RunPoller({ limiter, clock, service });
		const target = { workflowId: 'g', id: 'g-1', timeoutMs: MINUTE };
		await expect(world.clock.run(poller.waitForFinish(target))).rejects.toThrow(
			'a mistake in the program',
		);
		const other = { ...target, id: 'g-2' };
		await expect(world.clock.run(poller.waitForFinish(other))).rejects.toThrow(
			'a mistake in the program',
		);
	});
});

describe('When the user stops the node', () => {
	it.each([0, 1, 30, 500, 520, 7_000, 60_010])(
		'waiting ends at once, after %i ms, and asks for nothing more',
		async (ms) => {
			const world = new World({ durationMs: () => HOUR });
			const runs = [...makeRuns(world, 30), ...makeRuns(world, 3, 'h')];
			world.clock.after(ms, () => world.stop());
			const outcomes = await world.wait(runs, HOUR);
			expect(world.clock.passed).toBe(ms);
			expect(outcomes).toEqual(runs.map(({ id }) => ({ kind: 'aborted', id })));

			const { length } = world.service.calls;
			await world.clock.run(world.clock.sleep(HOUR));
			expect(world.service.calls).toHaveLength(length);
		},
	);

	it('leaves nothing behind that listens for it', async () => {
		const world = new World({
			fault: ({ nth }) => (nth % 4 === 0 ? 'lostAfter' : nth % 5 === 0 ? 'retryable' : undefined),
		});
		const count = listenersOf(world.signal);
		await world.startAndWait(manyJobs(50));
		expect(count.most).toBe(1);
		expect(count.now).toBe(0);
	});
});

function nthOf(request: string): number {
	return Number(request.split(' ')[1]);
}

function listenersOf(signal: AbortSignal): { now: number; most: number } {
	const count = { now: 0, most: 0 };
	const add = signal.addEventListener.bind(signal);
	const remove = signal.removeEventListener.bind(signal);
	signal.addEventListener = (...args: Parameters<typeof add>) => {
		count.most = Math.max(count.most, ++count.now);
		add(...args);
	};
	signal.removeEventListener = (...args: Parameters<typeof remove>) => {
		count.now--;
		remove(...args);
	};
	return count;
}
