import { manyJobs, World } from './world';

// Ten seconds of work, and machines can be busy.
jest.setTimeout(180_000);

/** Starts runs of 10 to 20 s on a service 50 ms away, and follows them to the end. */
async function batch(
	count: number,
	concurrency: number,
	seed: number,
	listWithout: Array<'output'>,
) {
	const world: World = new World({
		seed,
		concurrency,
		listWithout,
		durationMs: () => 10_000 + 10_000 * world.clock.random(),
	});
	world.clock.measuresTurns = true;
	const outcomes = await world.startAndWait(manyJobs(count));
	expect(outcomes.filter(({ kind }) => kind !== 'completed')).toEqual([]);
	// Calls in flight are few at first, and more with each answer.
	expect(world.service.mostInFlight).toBeLessThanOrEqual(concurrency);
	if (count >= 10 * concurrency) expect(world.service.mostInFlight).toBe(concurrency);
	const lastEnd = world.service.lastEnd - world.clock.start;
	return {
		requestsPerRun: world.service.calls.length / count,
		late: world.clock.passed / lastEnd - 1,
		blockedMs: world.clock.longestTurnMs,
	};
}

/** The same with several seeds. */
async function batches(count: number, concurrency: number, seeds: number, output = true) {
	const all: Array<Awaited<ReturnType<typeof batch>>> = [];
	for (let seed = 1; seed <= seeds; seed++) {
		all.push(await batch(count, concurrency, seed, output ? [] : ['output']));
	}
	const late = all.map((one) => one.late).sort((one, other) => one - other);
	return {
		requestsPerRun: Math.max(...all.map((one) => one.requestsPerRun)),
		late: late[late.length >> 1],
		latest: late[late.length - 1],
		blockedMs: Math.min(...all.map((one) => one.blockedMs)),
	};
}

describe('A batch of runs of 10 to 20 s', () => {
	it.each([
		[200, 10, 1.25],
		[200, 100, 1.25],
		[2000, 10, 1.25],
		[2000, 100, 1.25],
		[10_000, 100, 1.25],
	])(
		'of %i runs, %i calls in flight, ends with its last run and takes %f requests per run at most',
		async (count, concurrency, requestsPerRun) => {
			const seen = await batches(count, concurrency, count > 2000 ? 1 : count > 200 ? 3 : 20);
			expect(seen.requestsPerRun).toBeLessThan(requestsPerRun);
			expect(seen.late).toBeLessThan(0.05);
			expect(seen.latest).toBeLessThan(0.06);
		},
	);

	it.each([
		[200, 10],
		[2000, 100],
	])(
		'of %i runs, %i calls in flight, takes one more per run without output in the list',
		async (count, concurrency) => {
			const seen = await batches(count, concurrency, 5, false);
			expect(seen.requestsPerRun).toBeLessThan(2.25);
			expect(seen.late).toBeLessThan(0.05);
			expect(seen.latest).toBeLessThan(0.06);
		},
	);

	it('of 20 runs ends with its last run too, and takes fewer than three requests per run', async () => {
		// Twenty share so few pages that 1.3 would be six polls in all, too few to see the end in time.
		const seen = await batches(20, 10, 20);
		expect(seen.requestsPerRun).toBeLessThan(3);
		expect(seen.late).toBeLessThan(0.05);
		expect(seen.latest).toBeLessThan(0.06);
	});

	it('of 2,000 runs never keeps the event loop busy for long', async () => {
		const { blockedMs } = await batches(2000, 100, 3);
		expect(blockedMs).toBeLessThan(100);
	});
});
