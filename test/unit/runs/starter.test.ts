import { jobs, manyJobs, World } from './world';

const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;

describe('Starting', () => {
	it('starts one run per item, and says so in the order of the items', async () => {
		const world = new World();
		const outcomes = await world.start(manyJobs(50));

		expect(world.service.runs.map((run) => run.request).sort()).toEqual(
			manyJobs(50)
				.map((job) => job.request)
				.sort(),
		);
		const requests = outcomes.map((outcome) =>
			outcome.kind === 'started' ? requestOf(world, outcome.id) : outcome.kind,
		);
		expect(requests).toEqual(manyJobs(50).map((job) => job.request));
		expect(world.service.calls).toHaveLength(50);
	});

	it('asks for nothing when there are no items', async () => {
		const world = new World();
		expect(await world.start([])).toEqual([]);
		expect(world.service.calls).toEqual([]);
	});

	it('gives every start a key of its own', async () => {
		const world = new World();
		await world.start(manyJobs(20));
		expect(new Set(world.service.runs.map((run) => run.key?.base)).size).toBe(20);
		expect(new Set(world.service.runs.map((run) => run.key?.attempt))).toEqual(new Set([1]));
	});

	it.each([1, 3, 10, 100])('never has more than %i calls in flight', async (concurrency) => {
		const world = new World({ concurrency });
		await world.startAndWait(manyJobs(500));
		expect(world.service.mostInFlight).toBe(concurrency);
	});

	it('records the key before the start leaves', async () => {
		const recorded: unknown[] = [];
		const world: World = new World({
			fault: ({ kind, key }) => {
				const record = world.records.find(({ base }) => base === key?.base);
				if (kind === 'start') recorded.push({ ...record });
				return undefined;
			},
		});
		await world.start(manyJobs(3));

		expect(recorded).toHaveLength(3);
		expect(recorded[1]).toEqual({
			item: 1,
			fingerprint: 'item 1',
			workflowId: 'g',
			base: world.service.runs[1].key?.base,
			attempt: 1,
			sentAt: world.clock.start,
		});
		expect(world.records.map((record) => record.runId)).toEqual(
			world.service.runs.map(({ id }) => id),
		);
	});
});

describe('When the answer to a start is lost', () => {
	it('finds the run by its key instead of starting another', async () => {
		const world = new World({
			fault: ({ kind, nthOfKind }) =>
				kind === 'start' && nthOfKind === 1 ? 'lostAfter' : undefined,
		});
		const [outcome] = await world.start(jobs(['a']));

		const [run] = world.service.runs;
		expect(outcome).toMatchObject({ kind: 'started', id: run.id, reused: false });
		expect(world.service.runs).toHaveLength(1);
		expect(world.records[0].runId).toBe(run.id);
	});

	it('finds a run that is listed ten seconds late', async () => {
		const world = new World({
			unlistedForMs: 10_000,
			fault: ({ kind }) => (kind === 'start' ? 'lostAfter' : undefined),
		});
		const [outcome] = await world.start(jobs(['a']));

		expect(outcome).toMatchObject({ kind: 'started', id: world.service.runs[0].id });
		expect(world.service.callsOf('start')).toHaveLength(1);
		expect(world.clock.passed).toBeLessThan(20_000);
	});

	it('finds it in a list that hides keys, by reading each run that is not known, once', async () => {
		const world = new World({
			listWithout: ['key'],
			unknownForMs: 3_000,
			fault: ({ kind, request }) =>
				kind === 'start' && request === 'item 7' ? 'lostAfter' : undefined,
		});
		for (let other = 0; other < 30; other++) world.service.make('of others');
		const outcomes = await world.start(manyJobs(20));

		expect(outcomes.map(({ kind }) => kind)).toEqual(Array(20).fill('started'));
		expect(world.service.callsOf('start')).toHaveLength(20);
		const reads = world.service.callsOf('read').filter(({ answer }) => answer === 'ok');
		expect(reads).toHaveLength(31);
	});

	it('finds a run that is listed half a minute late', async () => {
		const world = new World({
			unlistedForMs: 29_000,
			fault: ({ kind }) => (kind === 'start' ? 'lostAfter' : undefined),
		});
		const [outcome] = await world.start(jobs(['a']));

		expect(outcome).toMatchObject({ kind: 'started', id: world.service.runs[0].id });
		expect(world.service.callsOf('start')).toHaveLength(1);
	});

	it('starts again under the same key when the run is not there after several searches', async () => {
		const world = new World({
			fault: ({ kind, nthOfKind }) =>
				kind === 'start' && nthOfKind === 1 ? 'lostBefore' : undefined,
		});
		const [outcome] = await world.start(jobs(['a']));

		expect(outcome).toMatchObject({ kind: 'started', reused: false });
		expect(world.service.runs).toHaveLength(1);
		const [first, second] = world.service.callsOf('start');
		expect(second.key).toEqual(first.key);
		expect(second.at - first.at).toBeGreaterThan(15_000);
		const searches = world.service
			.callsOf('page')
			.filter(({ at }) => at > first.at && at < second.at);
		expect(searches.length).toBeGreaterThanOrEqual(4);
	});

	it('searches for a hundred lost answers together', async () => {
		let isLost = false;
		const world = new World({
			concurrency: 100,
			fault: ({ kind }) => (isLost && kind === 'start' ? 'lostAfter' : undefined),
		});
		// So many answers show that the service bears a hundred calls at once.
		await world.start(manyJobs(300));
		isLost = true;
		const others = manyJobs(400).slice(300);
		const outcomes = await world.start(others);

		expect(outcomes.filter(({ kind }) => kind === 'started')).toHaveLength(100);
		expect(world.service.runs).toHaveLength(400);
		expect(world.service.callsOf('page').length).toBeLessThan(10);
	});

	it('finds it below the runs that others started meanwhile', async () => {
		const world: World = new World({
			fault: ({ kind }) => {
				if (kind !== 'start') return undefined;
				world.clock.after(100, () => {
					for (let other = 0; other < 450; other++) world.service.make('of others');
				});
				return 'lostAfter';
			},
		});
		const [outcome] = await world.start(jobs(['a']));

		expect(outcome).toMatchObject({ kind: 'started', id: world.service.runs[0].id });
		expect(world.service.callsOf('start')).toHaveLength(1);
	});

	it('finds it although searching fails most of the time', async () => {
		const world = new World({
			fault: ({ kind, nthOfKind }) =>
				kind === 'start' ? 'lostAfter' : nthOfKind < 12 ? 'lostBefore' : undefined,
		});
		const [outcome] = await world.start(jobs(['a']));
		expect(outcome).toMatchObject({ kind: 'started', id: world.service.runs[0].id });
		expect(world.service.callsOf('start')).toHaveLength(1);
	});

	it('says that a run may exist, and under which key, when it cannot search', async () => {
		const world = new World({
			fault: ({ kind }) => (kind === 'start' ? 'lostAfter' : 'rejected'),
		});
		const [outcome] = await world.start(jobs(['a']));

		const { key } = world.service.runs[0];
		expect(outcome).toEqual({ kind: 'indeterminate', key, error: 'lostAfter' });
		expect(world.records).toMatchObject([{ ...key, item: 0 }]);
	});

	it('says that a run may exist when no answer ever comes, after a time a user can wait', async () => {
		const world = new World({ fault: () => 'silentBefore' });
		const [outcome] = await world.start(jobs(['a']));
		expect(outcome.kind).toBe('indeterminate');
		expect(world.clock.passed).toBeLessThan(15 * MINUTE);
		expect(world.records).toHaveLength(1);
	});

	it('still says so when a later try is refused outright', async () => {
		const world = new World({
			fault: ({ kind, nthOfKind }) =>
				kind !== 'start' ? undefined : nthOfKind === 1 ? 'lostBefore' : 'rejected',
		});
		const [outcome] = await world.start(jobs(['a']));
		expect(outcome).toMatchObject({ kind: 'indeterminate', error: 'rejected' });
	});

	it('lives through four lost answers in a row that took half a minute each', async () => {
		const world = new World({
			fault: ({ kind, nthOfKind }) =>
				kind === 'start' && nthOfKind <= 4 ? 'silentBefore' : undefined,
		});
		const [outcome] = await world.start(jobs(['a']));
		expect(outcome).toMatchObject({ kind: 'started' });
		expect(world.service.runs).toHaveLength(1);
	});

	it('searches for the run, but does not start again, when the service asks to wait for a year', async () => {
		const world = new World({
			fault: ({ kind }) =>
				kind === 'start' ? { kind: 'lostBefore', retryAfterMs: YEAR } : undefined,
		});
		expect(await world.start(jobs(['a']))).toMatchObject([
			{ kind: 'indeterminate', error: 'lostBefore' },
		]);
		expect(world.service.callsOf('page').length).toBeGreaterThan(3);
		expect(world.clock.passed).toBeLessThan(MINUTE);
	});

	it('keeps when it was sent last, so that it is known whether it can be listed by now', async () => {
		const world = new World({
			fault: ({ nthOfKind }) =>
				nthOfKind === 1 ? { kind: 'retryable', retryAfterMs: 2 * MINUTE } : undefined,
		});
		await world.start(jobs(['a']));
		expect(world.records[0].sentAt).toBe(world.service.callsOf('start')[1].at);
	});

	it('waits as long as the service asked before it starts again', async () => {
		const world = new World({
			fault: ({ kind, nthOfKind }) =>
				kind === 'start' && nthOfKind === 1
					? { kind: 'lostBefore', retryAfterMs: 90_000 }
					: undefined,
		});
		// The other one's run shows that the list is up to date.
		await world.start(jobs(['a', 'b']));
		const [first, second] = world.service.callsOf('start').filter(({ request }) => request === 'a');
		expect(second.at - first.at).toBeGreaterThanOrEqual(90_000);
		expect(second.at - first.at).toBeLessThan(100_000);
	});
});

describe('When the service did not take a start', () => {
	it('tries again after 429, and needs no search for that', async () => {
		const world = new World({
			fault: ({ nthOfKind }) => (nthOfKind <= 3 ? 'retryable' : undefined),
		});
		const [outcome] = await world.start(jobs(['a']));

		expect(outcome).toMatchObject({ kind: 'started', reused: false });
		expect(world.service.callsOf('start')).toHaveLength(4);
		expect(world.service.callsOf('page')).toEqual([]);
	});

	it('waits as long as Retry-After says', async () => {
		const world = new World({
			fault: ({ nthOfKind }) =>
				nthOfKind === 1 ? { kind: 'retryable', retryAfterMs: 42_000 } : undefined,
		});
		await world.start(jobs(['a']));
		const [first, second] = world.service.calls;
		expect(second.at - first.at).toBeGreaterThanOrEqual(42_000);
		expect(second.at - first.at).toBeLessThan(43_000);
	});

	it('gives up at once when Retry-After is a year', async () => {
		const world = new World({ fault: () => ({ kind: 'retryable', retryAfterMs: YEAR }) });
		const [outcome] = await world.start(jobs(['a']));
		expect(outcome).toEqual({ kind: 'rejected', error: 'retryable' });
		expect(world.clock.passed).toBeLessThan(1000);
		expect(world.records).toEqual([]);
	});

	it('goes on for minutes while it is asked to wait', async () => {
		const world = new World({
			fault: ({ nthOfKind }) =>
				nthOfKind <= 12 ? { kind: 'retryable', retryAfterMs: 18_000 } : undefined,
		});
		const [outcome] = await world.start(jobs(['a']));
		expect(outcome.kind).toBe('started');
		expect(world.clock.passed).toBeGreaterThan(200_000);
	});

	it('gives up after a quarter of a minute when nobody can be reached', async () => {
		const world = new World({ fault: () => 'retryable' });
		const [outcome] = await world.start(jobs(['a']));
		expect(outcome).toEqual({ kind: 'rejected', error: 'retryable' });
		expect(world.clock.passed).toBeGreaterThan(10_000);
		expect(world.clock.passed).toBeLessThan(30_000);
	});

	it.each(['rejected', 'notFound'] as const)(
		'does not ask again after "%s", and keeps no key of it',
		async (kind) => {
			const world = new World({ fault: () => kind });
			expect(await world.start(jobs(['a']))).toEqual([{ kind: 'rejected', error: kind }]);
			expect(world.service.calls).toHaveLength(1);
			expect(world.records).toEqual([]);
		},
	);

	it('asks again for some seconds after "unauthorized", and keeps no key of it', async () => {
		const world = new World({ fault: () => 'unauthorized' });
		expect(await world.start(jobs(['a']))).toEqual([{ kind: 'rejected', error: 'unauthorized' }]);
		expect(world.service.calls).toHaveLength(3);
		expect(world.clock.passed).toBeLessThan(4_000);
		expect(world.records).toEqual([]);
	});

	it('starts the other items when one is refused and the node goes on', async () => {
		const world = new World({
			fault: ({ request }) => (request === 'item 2' ? 'rejected' : undefined),
		});
		const outcomes = await world.start(manyJobs(30));
		expect(outcomes.filter(({ kind }) => kind === 'started')).toHaveLength(29);
		expect(outcomes[2].kind).toBe('rejected');
	});

	it('begins no more starts when one is refused and the node stops', async () => {
		const world = new World({
			fault: ({ request }) => (request === 'item 2' ? 'rejected' : undefined),
		});
		world.failFast = true;
		const outcomes = await world.start(manyJobs(30));

		// The two before it were answered a moment earlier and had made room.
		expect(world.service.runs).toHaveLength(11);
		expect(outcomes.filter(({ kind }) => kind === 'skipped')).toHaveLength(18);
		expect(world.records).toHaveLength(11);
	});

	it('sends nothing more once the key is rejected for good', async () => {
		const world = new World({
			concurrency: 1,
			fault: ({ nthOfKind }) => (nthOfKind >= 4 ? 'unauthorized' : undefined),
		});
		const outcomes = await world.start(manyJobs(10));
		expect(outcomes.map(({ kind }) => kind)).toEqual([
			...Array<string>(3).fill('started'),
			...Array<string>(7).fill('rejected'),
		]);
		expect(world.service.calls.length).toBeLessThanOrEqual(8);
		expect(world.service.runs).toHaveLength(3);
		expect(world.clock.passed).toBeLessThan(6_000);
	});
});

describe('When the user stops the node', () => {
	const moments = Array.from({ length: 40 }, (_, index) => index * 37);

	it.each(moments)(
		'ends at once, %i ms after the beginning, and sends nothing after',
		async (ms) => {
			const world: World = new World({
				fault: ({ nth }) =>
					nth % 5 === 0
						? 'lostAfter'
						: nth % 7 === 0
							? 'silentAfter'
							: nth % 3 === 0
								? { kind: 'retryable', retryAfterMs: 2_000 }
								: undefined,
			});
			let callsAtStop = 0;
			world.clock.after(ms, () => {
				world.stop();
				callsAtStop = world.service.calls.length;
			});
			const outcomes = await world.startAndWait(manyJobs(100));

			expect(world.clock.passed).toBe(ms);
			await world.clock.run(world.clock.sleep(10 * MINUTE));
			expect(world.service.calls).toHaveLength(callsAtStop);
			expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['aborted']));
			// What was not begun is not written down: it need not be searched for.
			expect(world.records.length).toBeLessThanOrEqual(callsAtStop + world.concurrency);
		},
	);

	it('sends nothing at all when it was stopped before', async () => {
		const world = new World();
		world.stop();
		const outcomes = await world.startAndWait(manyJobs(3));
		expect(outcomes.map(({ kind }) => kind)).toEqual(['aborted', 'aborted', 'aborted']);
		expect(world.service.calls).toEqual([]);
		expect(world.records).toEqual([]);
	});
});

function requestOf(world: World, id: string): string | undefined {
	return world.service.runs.find((run) => run.id === id)?.request;
}
