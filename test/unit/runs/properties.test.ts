import fc from 'fast-check';
import type { TestCall, TestFault, TestSettings } from './testService';
import { type Followed, type Job, type Started, World } from './world';

const SECOND = 1_000;

// Ten seconds of work, and machines can be busy.
jest.setTimeout(180_000);

/** What a case is drawn from: a service, its faults, other users, and what the node has to do. */
const cases = fc.record({
	seed: fc.integer(),
	items: fc.integer({ min: 1, max: 50 }),
	concurrency: fc.integer({ min: 1, max: 20 }),
	groups: fc.integer({ min: 1, max: 3 }),
	latencyMs: fc.integer({ min: 0, max: 2_000 }),
	durationMs: fc.integer({ min: 0, max: 60_000 }),
	/** Share of the runs that fail. */
	failing: fc.constantFrom(0, 0, 0.2, 1),
	/** Share of the calls that go wrong, for the first two minutes. */
	faulty: fc.constantFrom(0, 0.1, 0.3, 0.5),
	/** Share of the calls that are denied, or refused for a run that is there: now and then, never for long. */
	glitchy: fc.constantFrom(0, 0, 0.1, 0.5),
	listWithout: fc.constantFrom<TestSettings['listWithout']>(
		[],
		[],
		['output'],
		['state', 'output'],
		['key'],
		['state', 'output', 'key'],
	),
	unlistedForMs: fc.integer({ min: 0, max: 10_000 }),
	unknownForMs: fc.integer({ min: 0, max: 10_000 }),
	/** Runs that others started before, and start meanwhile. */
	others: fc.integer({ min: 0, max: 200 }),
	/** Share of the items that have a start key; some share one. */
	keyed: fc.constantFrom(0, 0, 0.5),
});
type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

const FAULTS: TestFault[] = [
	{ kind: 'retryable', retryAfterMs: SECOND },
	{ kind: 'retryable', retryAfterMs: 7 * SECOND },
	'lostBefore',
	'lostAfter',
	'silentBefore',
	'silentAfter',
	{ kind: 'lostBefore', retryAfterMs: 5 * SECOND },
];

function worldOf(drawn: Case): World {
	const chance = () => world.clock.random();
	const glitch = glitches(drawn, () => world.clock);
	const world: World = new World({
		seed: drawn.seed,
		concurrency: drawn.concurrency,
		// Answers overtake each other.
		latencyMs: () => drawn.latencyMs * chance(),
		durationMs: () => drawn.durationMs * chance(),
		fails: ({ attempt }) => attempt < 3 && chance() < drawn.failing,
		fault: (call) => faultOf(call, drawn, world) ?? glitch(call),
		listWithout: drawn.listWithout,
		unlistedForMs: () => drawn.unlistedForMs * chance(),
		unknownForMs: drawn.unknownForMs,
	});
	const madeByOthers = () => {
		const workflowId = `g${Math.floor(chance() * drawn.groups)}`;
		world.service.make('of others', { workflowId, listedAt: world.clock.now() });
	};
	for (let other = 0; other < drawn.others; other++) {
		if (other % 2) madeByOthers();
		else world.clock.after(chance() * 60 * SECOND, madeByOthers);
	}
	return world;
}

function faultOf(call: TestCall, { faulty, seed }: Case, { clock }: World): TestFault | undefined {
	if (clock.passed > 120 * SECOND || clock.random() >= faulty) return undefined;
	return FAULTS[Math.abs(seed + call.nth) % FAULTS.length];
}

/**
 * Denials at random, and refusals of runs that are there: in the first half second of every ten, and of each route (a
 * start, a page, a run) only one until it was answered well. So none comes again over some seconds.
 */
function glitches({ glitchy, listWithout }: Case, clockOf: () => World['clock']) {
	const isHit = new Set<string>();
	// To a search for keys, a run that is not found has none.
	const readsShowKeys = listWithout.includes('key');
	return (call: TestCall): TestFault | undefined => {
		const clock = clockOf();
		const { kind, workflowId, key, page, id } = call;
		const route = JSON.stringify([kind, workflowId, key, page, id]);
		const isDue = clock.passed % (10 * SECOND) < SECOND / 2 && clock.random() < glitchy;
		if (!isDue || isHit.has(route)) {
			isHit.delete(route);
			return undefined;
		}
		isHit.add(route);
		const isRefusal = kind === 'read' && !readsShowKeys && clock.random() < 0.5;
		if (!isRefusal) return 'unauthorized';
		return clock.random() < 0.5 ? 'notFound' : 'rejected';
	};
}

function jobsOf({ items, groups, keyed }: Case): Job[] {
	return Array.from({ length: items }, (_, item) => {
		const startKey = item < items * keyed ? `order ${item >> 1}` : undefined;
		// Items that share a key are two names for one run.
		const name = startKey ?? `item ${item}`;
		const workflowId = `g${(startKey ? item >> 1 : item) % groups}`;
		return { item, workflowId, fingerprint: name, request: name, startKey };
	});
}

/** The service's runs that were started by the node, by what they were started for. */
function runsByRequest(world: World) {
	const runs = new Map<string, World['service']['runs']>();
	for (const run of world.service.runs) {
		if (run.key) runs.set(run.request, [...(runs.get(run.request) ?? []), run]);
	}
	return runs;
}

/** Every item ended with the newest run that was started for it, and there is one run per attempt. */
function expectOwnRuns(world: World, jobs: Job[], outcomes: Array<Started | Followed>) {
	const runs = runsByRequest(world);
	expect(new Set(runs.keys())).toEqual(new Set(jobs.map(({ request }) => request)));
	jobs.forEach(({ request, workflowId }, index) => {
		const own = runs.get(request)!;
		const last = own[own.length - 1];
		expect(outcomes[index]).toEqual({ kind: last.end, id: last.id, run: last });
		expect(last.workflowId).toBe(workflowId);
		expect(own.map(({ key }) => key?.attempt)).toEqual(own.map((_, nth) => nth + 1));
		// Another attempt is made only after one that failed.
		expect(own.slice(0, -1).map(({ end }) => end)).toEqual(own.slice(1).map(() => 'failed'));
	});
}

/** What lists can do beside being late: see listProof.ts. */
const quirks = fc.record({
	listOrder: fc.constantFrom('newestFirst', 'newestFirst', 'oldestFirst', 'mixed'),
	pageCap: fc.constantFrom(Infinity, Infinity, 10, 37),
	shortPage: fc.constantFrom(0, 0, 1, 2),
	pastRuns: fc.constantFrom(0, 1, 20, 620),
	lateMs: fc.constantFrom(0, 0, 40 * SECOND, 90 * SECOND, 120 * SECOND),
	noTimes: fc.boolean(),
	noKeys: fc.constantFrom('shown', 'shown', 'inLists', 'anywhere'),
	/** For how long lists are answered 404, or empty, ms. */
	gone: fc.constantFrom<[TestFault | undefined, number]>(
		[undefined, 0],
		[undefined, 0],
		['notFound', 60 * SECOND],
		['notFound', Infinity],
	),
});

describe('Whatever the service does', () => {
	it('no list makes it pay twice, and every item ends with its run or says that it can not tell', async () => {
		await fc.assert(
			fc.asyncProperty(cases, quirks, async (drawn, quirk) => {
				const world = worldOf({ ...drawn, items: Math.min(drawn.items, 25) });
				const { settings } = world.service;
				const { lateMs, noTimes, noKeys, gone, ...plain } = quirk;
				const { listWithout, fault } = settings;
				const isHidden = noKeys !== 'shown';
				Object.assign(settings, plain, {
					unlistedForMs: () => lateMs * (0.8 + world.clock.random() / 5),
					listWithout: [
						...listWithout.filter((field) => field !== 'key'),
						...(noTimes ? ['createdAt'] : []),
						...(isHidden ? ['key'] : []),
					],
					readWithout: noKeys === 'anywhere' ? ['key'] : [],
					fault: (call: TestCall) =>
						call.kind === 'page' && gone[0] && world.clock.passed < gone[1] ? gone[0] : fault(call),
				});
				const jobs = jobsOf({ ...drawn, items: Math.min(drawn.items, 25) });
				for (let tries = 0; tries < 3; tries++) {
					const outcomes = await world.startAndWait(jobs);
					const kinds = new Set(outcomes.map(({ kind }) => kind));
					for (const kind of ['completed', 'failed', 'timedOut', 'indeterminate', 'rejected']) {
						kinds.delete(kind as Started['kind']);
					}
					expect([...kinds]).toEqual([]);
					for (const own of runsByRequest(world).values()) {
						expect(own.map(({ key }) => key?.attempt)).toEqual(own.map((_, nth) => nth + 1));
						expect(own.slice(0, -1).map(({ end }) => end)).toEqual(
							own.slice(1).map(() => 'failed'),
						);
					}
				}
			}),
			{ numRuns: 150 },
		);
	});

	it('every item ends once, with its own run, and there are as many runs as items', async () => {
		await fc.assert(
			fc.asyncProperty(cases, async (drawn) => {
				const world = worldOf(drawn);
				const jobs = jobsOf(drawn);
				const outcomes = await world.startAndWait(jobs);

				expectOwnRuns(world, jobs, outcomes);
				const items = new Set(jobs.map(({ request }) => request)).size;
				expect(world.service.runs.filter(({ key }) => key)).toHaveLength(items);
				expect(world.service.mostInFlight).toBeLessThanOrEqual(drawn.concurrency);
			}),
			{ numRuns: 100 },
		);
	});

	it('trying again starts what FAILED and nothing else, until all is done', async () => {
		await fc.assert(
			fc.asyncProperty(cases, async (drawn) => {
				const world = worldOf(drawn);
				const jobs = jobsOf(drawn);
				for (let tries = 0; tries < 4; tries++) {
					const failed = [...runsByRequest(world).values()].filter(
						(runs) => runs[runs.length - 1].end === 'failed',
					).length;
					const before = world.service.runs.filter(({ key }) => key).length;
					const outcomes = await world.startAndWait(jobs);
					expectOwnRuns(world, jobs, outcomes);
					const started = world.service.runs.filter(({ key }) => key).length - before;
					if (tries > 0) expect(started).toBe(failed);
				}
				const ends = [...runsByRequest(world).values()].map((runs) => runs[runs.length - 1].end);
				expect(new Set(ends)).toEqual(new Set(['completed']));
			}),
			{ numRuns: 50 },
		);
	});

	it('a stop at any moment ends it, nothing is sent after, and the next try makes no run twice', async () => {
		await fc.assert(
			fc.asyncProperty(cases, fc.nat(120 * SECOND), fc.nat(99), async (drawn, most, share) => {
				const world = worldOf(drawn);
				const jobs = jobsOf(drawn);
				// More often early than late.
				const stopAt = Math.round((most * share) / 99);
				let isOver = false;
				let callsAtStop = Infinity;
				world.clock.after(stopAt, () => {
					if (isOver) return;
					world.stop();
					callsAtStop = world.service.calls.length;
				});
				const outcomes = await world.startAndWait(jobs);
				isOver = true;
				expect(outcomes.filter((outcome) => outcome === undefined)).toEqual([]);
				if (callsAtStop < Infinity) expect(world.clock.passed).toBe(stopAt);
				else expectOwnRuns(world, jobs, outcomes);
				await world.clock.run(world.clock.sleep(2 * SECOND));
				expect(world.service.calls.length).toBeLessThanOrEqual(callsAtStop);

				world.again();
				expectOwnRuns(world, jobs, await world.startAndWait(jobs));
			}),
			{ numRuns: 100 },
		);
	});
});
