import { clock as realClock } from '../../../nodes/shared/http';
import type { TestRun } from './testService';
import { jobs, manyJobs, World } from './world';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

function makeRuns(world: World, count: number): TestRun[] {
	return Array.from({ length: count }, (_, index) => world.service.make(`run ${index}`));
}

describe('When the date of the machine is changed', () => {
	it.each([
		['back by an hour', -HOUR],
		['forward by an hour', HOUR],
		['back by a day', -24 * HOUR],
	])('%s, a run of a minute still returns after a minute', async (_, ms) => {
		const world: World = new World({ durationMs: () => MINUTE });
		world.clock.after(20 * SECOND, () => (world.wrongDateMs = ms));
		const outcomes = await world.wait(makeRuns(world, 20));
		expect(outcomes.map(({ kind }) => kind)).toEqual(Array(20).fill('completed'));
		expect(world.clock.passed).toBeLessThan(63 * SECOND);
	});

	it.each([-HOUR, HOUR])('by %i ms, the timeout is what it was', async (ms) => {
		const world: World = new World({ durationMs: () => HOUR, latencyMs: 0 });
		world.clock.after(20 * SECOND, () => (world.wrongDateMs = ms));
		const [outcome] = await world.wait(makeRuns(world, 1), 100 * SECOND);
		expect(outcome.kind).toBe('timedOut');
		expect(world.clock.passed).toBe(100 * SECOND);
	});

	it.each([-HOUR, HOUR])('by %i ms, a start is tried again as soon as before', async (ms) => {
		const world: World = new World({
			fault: ({ kind, nthOfKind }) =>
				kind === 'start' && nthOfKind < 3
					? { kind: 'retryable', retryAfterMs: 4 * SECOND }
					: undefined,
		});
		world.clock.after(SECOND, () => (world.wrongDateMs = ms));
		const [outcome] = await world.start(jobs(['a']));
		expect(outcome.kind).toBe('started');
		expect(world.clock.passed).toBeLessThan(10 * SECOND);
	});

	it('lost answers are searched for as long as before', async () => {
		const world: World = new World({
			unlistedForMs: 5 * SECOND,
			fault: ({ kind, nthOfKind }) =>
				kind === 'start' && nthOfKind <= 5
					? 'lostAfter'
					: kind === 'page' && nthOfKind < 4
						? 'lostBefore'
						: undefined,
		});
		world.clock.after(2 * SECOND, () => (world.wrongDateMs = -HOUR));
		await world.startAndWait(manyJobs(5));
		expect(world.service.runs).toHaveLength(5);
		expect(world.clock.passed).toBeLessThan(2 * MINUTE);
	});

	it('the real clock measures durations apart from the date', async () => {
		const date = jest.spyOn(Date, 'now').mockReturnValue(0);
		const before = realClock.monotonicNow();
		await realClock.sleep(5);
		expect(realClock.monotonicNow() - before).toBeGreaterThan(3);
		expect(realClock.now()).toBe(0);
		date.mockRestore();
	});
});

describe('After the machine was suspended for an hour', () => {
	/** Suspended 10 s after the start; the first polls after that fail for a while. */
	function suspended(failingForMs: number, durationMs: number) {
		const world: World = new World({
			durationMs: () => durationMs,
			fault: () => {
				const sinceWake = world.clock.passed - HOUR - 10 * SECOND;
				return sinceWake >= 0 && sinceWake < failingForMs ? 'lostBefore' : undefined;
			},
		});
		world.clock.after(10 * SECOND, () => world.clock.suspend(HOUR));
		return world;
	}

	it.each([0, 500, 2_000])(
		'polls that fail for %i ms do not end the wait for runs that have finished meanwhile',
		async (failingForMs) => {
			const world = suspended(failingForMs, 5 * MINUTE);
			const outcomes = await world.wait(makeRuns(world, 30), 10 * MINUTE);
			expect(outcomes.map(({ kind }) => kind)).toEqual(Array(30).fill('completed'));
		},
	);

	it('runs that are still running have timed out, and are returned as they are now', async () => {
		const world = suspended(1_000, 5 * HOUR);
		const runs = makeRuns(world, 3);
		expect(await world.wait(runs, 10 * MINUTE)).toEqual(
			runs.map((run) => ({ kind: 'timedOut', id: run.id, run })),
		);
	});

	it('polls that go on failing end the wait within seconds', async () => {
		const world = suspended(HOUR, 5 * MINUTE);
		const [outcome] = await world.wait(makeRuns(world, 1), 10 * MINUTE);
		expect(outcome).toMatchObject({ kind: 'timedOut', error: 'lostBefore' });
		expect(world.clock.passed).toBeLessThan(HOUR + 20 * SECOND);
	});
});

describe('Two that wait for one run', () => {
	const wait = (world: World, poller: ReturnType<World['deps']>['poller'], timeoutMs: number) =>
		poller.waitForFinish({ workflowId: 'g', id: 'g-1', timeoutMs }).then(({ kind }) => ({
			kind,
			at: Math.round(world.clock.passed),
		}));

	it.each([
		['the shorter one first', [30 * SECOND, 2 * MINUTE]],
		['the longer one first', [2 * MINUTE, 30 * SECOND]],
	])('keep their own timeouts: %s', async (_, timeouts) => {
		const world = new World({ durationMs: () => HOUR, latencyMs: 0 });
		makeRuns(world, 1);
		const { poller } = world.deps();
		const outcomes = await world.clock.run(
			Promise.all(timeouts.map(async (timeoutMs) => await wait(world, poller, timeoutMs))),
		);
		expect(outcomes).toEqual(timeouts.map((at) => ({ kind: 'timedOut', at })));
	});

	it('each from when it began to wait', async () => {
		const world = new World({ durationMs: () => HOUR, latencyMs: 0 });
		makeRuns(world, 1);
		const { poller } = world.deps();
		const first = wait(world, poller, MINUTE);
		await world.clock.run(world.clock.sleep(50 * SECOND));
		const second = wait(world, poller, MINUTE);
		expect(await world.clock.run(Promise.all([first, second]))).toEqual([
			{ kind: 'timedOut', at: 60 * SECOND },
			{ kind: 'timedOut', at: 110 * SECOND },
		]);
	});

	it('the patient one gets the finished run after the other has timed out', async () => {
		const world = new World({ durationMs: () => MINUTE });
		makeRuns(world, 1);
		const { poller } = world.deps();
		const [short, long] = await world.clock.run(
			Promise.all([wait(world, poller, 10 * SECOND), wait(world, poller, HOUR)]),
		);
		expect(short.kind).toBe('timedOut');
		expect(long.kind).toBe('completed');
		// They share the polls.
		expect(world.service.calls.length).toBeLessThan(70);
	});

	it('one that times out while polls fail says so, the other goes on', async () => {
		const world: World = new World({
			durationMs: () => MINUTE,
			fault: () => (world.clock.passed < 30 * SECOND ? 'lostBefore' : undefined),
		});
		makeRuns(world, 1);
		const { poller } = world.deps();
		const [short, long] = await world.clock.run(
			Promise.all([wait(world, poller, 5 * SECOND), wait(world, poller, HOUR)]),
		);
		expect(short.kind).toBe('timedOut');
		expect(short.at).toBeLessThan(10 * SECOND);
		expect(long.kind).toBe('completed');
	});
});
