import type { StartRecord } from '../../../nodes/runs';
import { type Job, jobs, manyJobs, type Started, World } from './world';

const SECOND = 1_000;

/** Which of the items' runs were started by this try. */
function startedNow(outcomes: Started[]): boolean[] {
	return outcomes.map((outcome) => outcome.kind === 'started' && !outcome.reused);
}

describe('Retry On Fail and Executions > Retry', () => {
	it('reuse the runs that are there', async () => {
		const world = new World();
		const first = await world.start(manyJobs(5));
		const second = await world.start(manyJobs(5));

		expect(second.map(idOf)).toEqual(first.map(idOf));
		expect(startedNow(second)).toEqual(Array(5).fill(false));
		expect(world.service.runs).toHaveLength(5);
	});

	it('start only what FAILED, as the next attempt of the same key', async () => {
		const world = new World({
			fails: ({ request, attempt }) => request === 'b' && attempt === 1,
		});
		await world.startAndWait(jobs(['a', 'b', 'c']));
		const outcomes = await world.startAndWait(jobs(['a', 'b', 'c']));

		expect(outcomes.map(({ kind }) => kind)).toEqual(['completed', 'completed', 'completed']);
		expect(world.service.runs).toHaveLength(4);
		const [, b, , again] = world.service.runs;
		expect(again).toMatchObject({ request: 'b', key: { base: b.key?.base, attempt: 2 } });
	});

	it('count on: the third attempt has the third key', async () => {
		const world = new World({ fails: ({ attempt }) => attempt < 3 });
		for (let tries = 0; tries < 4; tries++) await world.startAndWait(jobs(['a']));
		expect(world.service.runs.map((run) => run.key?.attempt)).toEqual([1, 2, 3]);
	});

	it('search for a second attempt that was cut off by Stop', async () => {
		const world = new World({ fails: ({ attempt }) => attempt === 1, unlistedForMs: 5 * SECOND });
		await world.startAndWait(jobs(['a']));
		await world.clock.run(world.clock.sleep(10 * SECOND));
		world.clock.after(80, () => world.stop());
		expect(await world.start(jobs(['a']))).toMatchObject([{ kind: 'aborted' }]);
		expect(world.service.runs).toHaveLength(2);

		world.again();
		const [outcome] = await world.start(jobs(['a']));
		expect(outcome).toMatchObject({ reused: true, id: world.service.runs[1].id });
		expect(world.service.runs).toHaveLength(2);
	});

	it('start what was skipped or refused', async () => {
		const world = new World({
			fault: ({ request, nthOfKind }) =>
				request === 'item 3' && nthOfKind < 15 ? 'rejected' : undefined,
		});
		world.failFast = true;
		const first = await world.start(manyJobs(30));
		expect(first.some(({ kind }) => kind === 'skipped')).toBe(true);

		world.service.settings.fault = () => undefined;
		const second = await world.start(manyJobs(30));
		expect(second.map(({ kind }) => kind)).toEqual(Array(30).fill('started'));
		expect(startedNow(second)).toEqual(first.map(({ kind }) => kind !== 'started'));
		expect(world.service.runs).toHaveLength(30);
	});

	it('search for a recorded start before they send anything', async () => {
		const world = new World({ fault: ({ kind }) => (kind === 'page' ? 'rejected' : 'lostAfter') });
		expect((await world.start(jobs(['a'])))[0].kind).toBe('indeterminate');
		expect(world.records[0].runId).toBeUndefined();

		world.service.settings.fault = () => undefined;
		const [outcome] = await world.start(jobs(['a']));
		expect(outcome).toMatchObject({ kind: 'started', reused: true, id: world.service.runs[0].id });
		expect(world.service.callsOf('start')).toHaveLength(1);
		expect(world.records[0].runId).toBe(world.service.runs[0].id);
	});

	it('search several times for a recorded start that may only not be listed yet', async () => {
		const world = new World({
			unlistedForMs: 10 * SECOND,
			fault: ({ kind }) => (kind === 'page' ? 'unauthorized' : 'lostAfter'),
		});
		await world.start(jobs(['a']));
		world.service.settings.fault = () => undefined;
		await world.start(jobs(['a']));
		expect(world.service.callsOf('start')).toHaveLength(1);
		expect(world.service.runs).toHaveLength(1);
	});

	it('start a recorded one under its old key when it is not there', async () => {
		const world = new World();
		world.records.push(recorded({ sentAt: world.clock.now() }));
		const [outcome] = await world.start(jobs(['a']));

		expect(outcome).toMatchObject({ kind: 'started', reused: false });
		expect(world.service.runs.map((run) => run.key)).toEqual([{ base: 'old', attempt: 1 }]);
		expect(world.service.callsOf('page').length).toBeGreaterThanOrEqual(4);
		expect(world.service.callsOf('start')[0].at).toBeGreaterThan(
			Math.max(...world.service.callsOf('page').map(({ at }) => at)),
		);
	});

	it('search once for one that was recorded long ago: it would be listed by now', async () => {
		const world = new World();
		world.records.push(recorded({ sentAt: world.clock.now() - 3_600 * SECOND }));
		await world.start(jobs(['a']));
		expect(world.service.runs).toHaveLength(1);
		expect(world.service.callsOf('page')).toHaveLength(1);
		expect(world.clock.passed).toBeLessThan(SECOND);
	});

	it('search again for one that was recorded just before, however late its turn comes', async () => {
		const world = new World({ concurrency: 1, unlistedForMs: 10 * SECOND });
		world.clock.after(10, () => world.stop());
		await world.start(jobs(['a', 'b']));
		world.records.push(recorded({ item: 1, fingerprint: 'b', sentAt: world.clock.now() }));
		world.service.make('b', { key: { base: 'old', attempt: 1 } });

		world.again();
		world.service.settings.fault = ({ kind, nthOfKind }) =>
			kind === 'page' && nthOfKind === 2
				? { kind: 'retryable', retryAfterMs: 59 * SECOND }
				: undefined;
		const outcomes = await world.start(jobs(['a', 'b']));
		expect(world.clock.passed).toBeGreaterThan(60 * SECOND);
		expect(startedNow(outcomes)).toEqual([false, false]);
		expect(world.service.runs).toHaveLength(2);
	});

	it('do not start a recorded one while they cannot search for it', async () => {
		const world = new World({ fault: ({ kind }) => (kind === 'page' ? 'rejected' : undefined) });
		world.records.push(recorded({ sentAt: world.clock.now() }));
		const [outcome] = await world.start(jobs(['a']));
		expect(outcome).toMatchObject({ kind: 'indeterminate', key: { base: 'old', attempt: 1 } });
		expect(world.service.callsOf('start')).toEqual([]);
		expect(world.records).toHaveLength(1);
	});

	it('do not keep the user waiting for a hundred recorded ones when the key is turned down', async () => {
		const world = new World({ fault: () => 'unauthorized' });
		for (let item = 0; item < 100; item++) {
			world.records.push(
				recorded({
					item,
					fingerprint: `item ${item}`,
					base: `old${item}`,
					sentAt: world.clock.now(),
				}),
			);
		}
		const outcomes = await world.start(manyJobs(100));
		expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['indeterminate']));
		expect(world.clock.passed).toBeLessThan(5 * SECOND);
		expect(world.service.calls.length).toBeLessThan(5);
	});

	it('read a run by its id where the list does not show it any more', async () => {
		const world = new World({ fails: ({ request }) => request === 'b' });
		await world.startAndWait(jobs(['a', 'b']));
		for (let other = 0; other < 600; other++) world.service.make('of others');

		const outcomes = await world.start(jobs(['a', 'b']));
		expect(startedNow(outcomes)).toEqual([false, true]);
		expect(world.service.callsOf('read').length).toBe(2);
		expect(world.service.runs.at(-1)?.key?.attempt).toBe(2);
	});

	it('follow a run that is known by its id although it cannot be read just now', async () => {
		const world = new World();
		await world.start(jobs(['a']));
		world.service.settings.fault = ({ kind }) => (kind === 'start' ? undefined : 'lostBefore');
		const [outcome] = await world.start(jobs(['a']));
		expect(outcome).toMatchObject({ kind: 'started', reused: true, id: world.service.runs[0].id });
		expect(world.service.callsOf('start')).toHaveLength(1);
	});

	it('find a thousand runs of theirs with a page per hundred', async () => {
		const world = new World();
		await world.start(manyJobs(1000));
		await world.start(manyJobs(1000));
		expect(world.service.runs).toHaveLength(1000);
		expect(world.service.callsOf('page').length).toBeLessThanOrEqual(10);
		expect(world.service.callsOf('read')).toEqual([]);
	});

	it('read the runs singly whose status the list leaves out, and start those that FAILED', async () => {
		const world = new World({
			listWithout: ['state', 'output'],
			fails: ({ request, attempt }) => request === 'b' && attempt === 1,
		});
		await world.startAndWait(jobs(['a', 'b', 'c']));
		const outcomes = await world.start(jobs(['a', 'b', 'c']));
		expect(startedNow(outcomes)).toEqual([false, true, false]);
		expect(world.service.runs).toHaveLength(4);
	});
});

describe('When the items changed between two tries', () => {
	async function tryBoth(before: string[], after: string[]) {
		const world = new World();
		const first = await world.start(jobs(before));
		const second = await world.start(jobs(after));
		const newOnes = after.filter((_, item) => startedNow(second)[item]);
		return { world, newOnes, first: first.map(idOf), second: second.map(idOf) };
	}

	it('keeps each run with its item when the first one is gone', async () => {
		const { newOnes, first, second } = await tryBoth(['a', 'b', 'c'], ['b', 'c']);
		expect(newOnes).toEqual([]);
		expect(second).toEqual([first[1], first[2]]);
	});

	it('keeps each run with its item when two are swapped', async () => {
		const { newOnes, first, second } = await tryBoth(['a', 'b', 'c'], ['c', 'b', 'a']);
		expect(newOnes).toEqual([]);
		expect(second).toEqual([first[2], first[1], first[0]]);
	});

	it('starts a run for an item that was replaced', async () => {
		const { newOnes, first, second } = await tryBoth(['a', 'b', 'c'], ['a', 'x', 'c']);
		expect(newOnes).toEqual(['x']);
		expect([second[0], second[2]]).toEqual([first[0], first[2]]);
	});

	it('starts a run for an item that was added in front', async () => {
		const { newOnes, first, second } = await tryBoth(['a', 'b'], ['x', 'a', 'b']);
		expect(newOnes).toEqual(['x']);
		expect(second.slice(1)).toEqual(first);
	});

	it('gives equal items a run each', async () => {
		const { world, newOnes, first, second } = await tryBoth(['a', 'a', 'a'], ['a', 'a', 'a', 'a']);
		expect(newOnes).toEqual(['a']);
		expect(world.service.runs).toHaveLength(4);
		expect(second.slice(0, 3)).toEqual(first);
	});

	it('gives each of two equal items its own run back', async () => {
		const world = new World({
			concurrency: 1,
			fault: ({ nth }) => (nth === 1 ? 'rejected' : undefined),
		});
		const first = await world.start(jobs(['a', 'a']));
		const second = await world.start(jobs(['a', 'a']));
		expect(first[0].kind).toBe('rejected');
		expect(startedNow(second)).toEqual([true, false]);
		expect(idOf(second[1])).toBe(idOf(first[1]));
	});

	it('reuses the run of one of two equal items when the other is gone', async () => {
		const { newOnes, first, second } = await tryBoth(['a', 'b', 'a'], ['a', 'b']);
		expect(newOnes).toEqual([]);
		expect(second).toEqual([first[0], first[1]]);
	});

	it('does not take a run of another workflow', async () => {
		const world = new World();
		await world.start(jobs(['a']));
		const [outcome] = await world.start(jobs(['a'], { workflowId: 'h', fingerprint: 'a in h' }));
		expect(outcome).toMatchObject({ kind: 'started', reused: false });
		expect(world.service.runs.map((run) => run.workflowId)).toEqual(['g', 'h']);
	});
});

describe('A start key', () => {
	const keyed = (names: string[], startKey = 'order') => jobs(names, { startKey });

	it('starts a run when no run has it', async () => {
		const world = new World();
		const [outcome] = await world.start(keyed(['a']));
		expect(outcome).toMatchObject({ kind: 'started', reused: false });
		expect(world.service.runs[0].key).toEqual({ base: 'order', attempt: 1 });
	});

	it('takes the run of an earlier execution', async () => {
		const world = new World();
		const { id } = world.service.make('a', { key: { base: 'order', attempt: 1 } });
		const [outcome] = await world.start(keyed(['a']));
		expect(outcome).toMatchObject({ kind: 'started', reused: true, id });
		expect(world.service.callsOf('start')).toEqual([]);
	});

	it('takes it also where the list hides keys, by reading the runs', async () => {
		const world = new World({ listWithout: ['key'], pastRuns: 0 });
		world.service.make('of others');
		const { id } = world.service.make('a', { key: { base: 'order', attempt: 1 } });
		const outcomes = await world.start(keyed(['a', 'a']));
		expect(outcomes.map((outcome) => idOf(outcome))).toEqual([id, id]);
		expect(world.service.callsOf('start')).toEqual([]);
		expect(world.service.callsOf('read')).toHaveLength(2);
	});

	it('starts the next attempt when that run FAILED', async () => {
		const world = new World();
		world.service.make('a', {
			key: { base: 'order', attempt: 1 },
			agoMs: 60 * SECOND,
			end: 'failed',
		});
		const [outcome] = await world.start(keyed(['a']));
		expect(outcome).toMatchObject({ reused: false });
		expect(world.service.runs[1].key).toEqual({ base: 'order', attempt: 2 });
	});

	it('takes the newest attempt that has not FAILED', async () => {
		const world = new World();
		const agoMs = 60 * SECOND;
		world.service.make('a', { key: { base: 'order', attempt: 1 }, agoMs, end: 'failed' });
		const { id } = world.service.make('a', { key: { base: 'order', attempt: 2 }, agoMs });
		world.service.make('a', { key: { base: 'order', attempt: 3 }, agoMs, end: 'failed' });
		expect(await world.start(keyed(['a']))).toMatchObject([{ reused: true, id }]);
	});

	it.each([
		[499, true],
		[500, false],
	])('with %i newer runs of others: the run is reused: %s', async (others, reused) => {
		const world = new World();
		world.service.make('a', { key: { base: 'order', attempt: 1 }, agoMs: SECOND });
		for (let other = 0; other < others; other++) world.service.make('of others');
		expect(await world.start(keyed(['a']))).toMatchObject([{ reused }]);
		expect(world.service.callsOf('page')).toHaveLength(5);
	});

	it('is shared by items: one run, all get it', async () => {
		const world = new World();
		const outcomes = await world.startAndWait(keyed(['a', 'b', 'c']));
		const [run] = world.service.runs;
		expect(world.service.runs).toHaveLength(1);
		expect(outcomes).toEqual(Array(3).fill({ kind: 'completed', id: run.id, run }));
	});

	it('counts as reused for every item but the one that started it', async () => {
		const world = new World();
		expect(startedNow(await world.start(keyed(['a', 'b', 'c'])))).toEqual([true, false, false]);
	});

	it('is not shared across workflows', async () => {
		const world = new World();
		await world.start([
			...keyed(['a']),
			...jobs(['a'], { startKey: 'order', workflowId: 'h', item: 1 }),
		]);
		expect(world.service.runs.map((run) => run.workflowId)).toEqual(['g', 'h']);
	});

	it('is looked up once for all items, not once for each', async () => {
		const world = new World();
		for (let run = 0; run < 1000; run++) world.service.make('of others');
		await world.start(manyJobs(200).map((job) => ({ ...job, startKey: job.fingerprint })));
		expect(world.service.runs).toHaveLength(1200);
		expect(world.service.callsOf('page')).toHaveLength(5);
	});

	it('is not started while it cannot be looked up', async () => {
		const world = new World({ fault: ({ kind }) => (kind === 'page' ? 'rejected' : undefined) });
		expect(await world.start(keyed(['a']))).toEqual([{ kind: 'rejected', error: 'rejected' }]);
		expect(world.service.callsOf('start')).toEqual([]);
	});

	it('is looked up for as long as faults pass', async () => {
		const world = new World({
			fault: ({ kind, nthOfKind }) =>
				kind === 'page' && nthOfKind <= 20 ? 'lostBefore' : undefined,
		});
		const agoMs = 60 * SECOND;
		world.service.make('a', { key: { base: 'order', attempt: 1 }, agoMs, end: 'failed' });
		const { id } = world.service.make('a', { key: { base: 'order', attempt: 2 }, agoMs });
		expect(await world.start(keyed(['a']))).toMatchObject([{ reused: true, id }]);
	});

	it('is not waited for when the service asks for a year', async () => {
		const retryAfterMs = 365 * 24 * 3_600 * SECOND;
		const world = new World({
			fault: ({ kind }) => (kind === 'page' ? { kind: 'retryable', retryAfterMs } : undefined),
		});
		expect(await world.start(keyed(['a']))).toEqual([{ kind: 'rejected', error: 'retryable' }]);
		expect(world.clock.passed).toBeLessThan(SECOND);
	});

	it('is not started where the service shows no list of the workflow: that says nothing of its runs', async () => {
		const world = new World({ fault: ({ kind }) => (kind === 'page' ? 'notFound' : undefined) });
		expect(await world.start(keyed(['a']))).toMatchObject([
			{ kind: 'indeterminate', key: { base: 'order', attempt: 1 }, doubt: 'notFound' },
		]);
		expect(world.service.callsOf('start')).toEqual([]);
	});

	it('keeps a recorded start of it even when another item comes with the key', async () => {
		const world = new World({
			unlistedForMs: 10 * SECOND,
			fault: ({ kind }) => (kind === 'page' ? undefined : 'lostAfter'),
		});
		world.clock.after(2 * SECOND, () => world.stop());
		expect(await world.start(keyed(['a']))).toMatchObject([{ kind: 'aborted' }]);

		const later = new World({ unlistedForMs: 10 * SECOND });
		later.records.push({ ...world.records[0], sentAt: later.clock.now() - 2 * SECOND });
		later.service.make('a', {
			key: { base: 'order', attempt: 1 },
			listedAt: later.clock.now() + 8 * SECOND,
		});
		const [outcome] = await later.start(keyed(['an edited item']));
		expect(outcome).toMatchObject({ reused: true, id: later.service.runs[0].id });
		expect(later.service.callsOf('start')).toEqual([]);
	});

	it('asks for a key where the service can, up to the first attempt that has not failed', async () => {
		const world = new World();
		const asked: string[] = [];
		const { id: running } = world.service.make('a', { key: { base: 'a', attempt: 1 } });
		const { id: failed } = world.service.make('c', {
			key: { base: 'c', attempt: 1 },
			end: 'failed',
			endsAt: 0,
		});
		const ids: Record<string, string> = { 'a.1': running, 'c.1': failed };
		const tools = world.deps();
		const service = {
			startRun: tools.service.startRun.bind(tools.service),
			getRun: tools.service.getRun.bind(tools.service),
			listRuns: tools.service.listRuns.bind(tools.service),
			findRunByKey: async (
				workflowId: string,
				{ base, attempt }: { base: string; attempt: number },
			) => {
				const key = `${base}.${attempt}`;
				asked.push(key);
				return key in ids
					? await tools.service.getRun(workflowId, ids[key])
					: ({ kind: 'notFound', error: 'no such key' } as const);
			},
		};
		const names: Job[] = ['a', 'b', 'c'].map((name, item) => ({
			...jobs([name])[0],
			item,
			startKey: name,
		}));
		const outcomes = await world.clock.run(
			world.starting(names, { ...tools, service } as unknown as typeof tools),
		);
		expect(startedNow(outcomes)).toEqual([false, true, true]);
		expect(asked.sort()).toEqual(['a.1', 'b.1', 'c.1', 'c.2']);
		expect(world.service.callsOf('page')).toEqual([]);
	});
});

function idOf(outcome: Started): string {
	return outcome.kind === 'started' ? outcome.id : outcome.kind;
}

function recorded(fields: Partial<StartRecord> & { sentAt: number }): StartRecord {
	return { item: 0, fingerprint: 'a', workflowId: 'g', base: 'old', attempt: 1, ...fields };
}
