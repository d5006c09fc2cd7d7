import { listOrder } from '../../../nodes/runs/listOrder';
import type { TestSettings } from './testService';
import { jobs, manyJobs, World } from './world';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** One run may be made of each item, whatever is shown of it. */
function expectNoDouble(world: World) {
	const requests = world.service.runs.filter(({ key }) => key).map(({ request }) => request);
	expect(requests).toEqual([...new Set(requests)]);
}

describe('An answer is lost after the run was made', () => {
	const lost: TestSettings['fault'] = ({ kind, nthOfKind }) =>
		kind === 'start' && nthOfKind === 1 ? 'lostAfter' : undefined;

	const peculiar: Array<[string, Partial<TestSettings>, found: boolean]> = [
		['runs are listed 40 s late', { unlistedForMs: 40 * SECOND }, true],
		['runs are listed 90 s late', { unlistedForMs: 90 * SECOND }, true],
		['runs are listed 120 s late', { unlistedForMs: 120 * SECOND }, true],
		['pages are capped at 10', { pageCap: 10, pastRuns: 50 }, true],
		['a page in the middle is short', { shortPage: 1, pastRuns: 300 }, true],
		['the list is oldest first, and long', { listOrder: 'oldestFirst', pastRuns: 620 }, true],
		['the list has no order', { listOrder: 'mixed', pastRuns: 620 }, true],
		['the list hides keys', { listWithout: ['key'], pastRuns: 300 }, true],
		['the list shows no times', { listWithout: ['createdAt'] }, true],
		['nothing shows keys', { listWithout: ['key'], readWithout: ['key'] }, false],
	];

	it.each(peculiar)('and %s: there is no second run', async (_, settings, found) => {
		for (const names of [['a'], ['a', 'b', 'c']]) {
			const world = new World({ fault: lost, ...settings });
			const [outcome] = await world.start(jobs(names));
			expectNoDouble(world);
			if (found) expect(outcome).toMatchObject({ id: world.service.runs[0].id });
			else expect(outcome).toMatchObject({ kind: 'indeterminate', doubt: 'keysHidden' });
		}
	});

	it.each<[string, TestSettings['fault']]>([
		[
			'404 at first',
			({ kind, at }) => (kind === 'page' && at < 90 * SECOND ? 'notFound' : undefined),
		],
		[
			'silent at first',
			({ kind, at }) => (kind === 'page' && at < 70 * SECOND ? 'silentBefore' : undefined),
		],
	])('and the list is %s, then shows another run before this one', async (_, fault) => {
		let made = 0;
		const world: World = new World({
			fault: (call) => fault({ ...call, at: world.clock.passed }) ?? lost(call),
			unlistedForMs: () => (made++ === 0 ? 119 : 75 + made) * SECOND,
		});
		await world.start(jobs(['a', 'b', 'c']));
		await world.start(jobs(['a', 'b', 'c']));
		expectNoDouble(world);
	});

	it('and the list is 404: it says that it can not tell, and so does the next try', async () => {
		const world = new World({
			fault: (call) => (call.kind === 'page' ? 'notFound' : lost(call)),
		});
		const [outcome] = await world.start(jobs(['a', 'b']));
		const { key } = world.service.runs[0];
		expect(outcome).toMatchObject({ kind: 'indeterminate', key, doubt: 'notFound' });
		expect(world.clock.passed).toBeLessThan(6 * MINUTE);

		const [again] = await world.start(jobs(['a', 'b']));
		expect(again).toMatchObject({ kind: 'indeterminate', key, doubt: 'notFound' });
		expectNoDouble(world);
	});

	it('and the list is empty, which shows nothing that must be there', async () => {
		const world = new World({ fault: lost, pastRuns: 0, unlistedForMs: Infinity });
		const [outcome] = await world.start(jobs(['a']));
		expect(outcome).toMatchObject({ kind: 'indeterminate', doubt: 'empty' });
		expectNoDouble(world);
	});

	it('and the list misses runs that must be there', async () => {
		const world = new World({ fault: lost, unlistedForMs: Infinity });
		const outcomes = await world.start(jobs(['a', 'b']));
		expect(outcomes).toMatchObject([
			{ kind: 'indeterminate', doubt: 'late' },
			{ kind: 'started', reused: false },
		]);
		expectNoDouble(world);
	});

	it('and the next try finds it, once the list shows it', async () => {
		const world = new World({ fault: lost, unlistedForMs: 20 * MINUTE });
		expect(await world.start(jobs(['a', 'b']))).toMatchObject([{ kind: 'indeterminate' }, {}]);
		await world.clock.run(world.clock.sleep(20 * MINUTE));
		const [outcome] = await world.start(jobs(['a', 'b']));
		expect(outcome).toMatchObject({ reused: true, id: world.service.runs[0].id });
		expectNoDouble(world);
	});

	it('costs few requests, with a thousand old runs of which none shows a key', async () => {
		const world = new World({ fault: lost, pastRuns: 1_000, listWithout: ['key'] });
		await world.start(jobs(['a']));
		expect(world.service.calls.length).toBeLessThan(6);
	});
});

describe('A start is lost before the run was made', () => {
	const lost: TestSettings['fault'] = ({ kind, nthOfKind }) =>
		kind === 'start' && nthOfKind === 1 ? 'lostBefore' : undefined;

	it('and is made again after a minute, where a run that was started later is listed', async () => {
		const world = new World({ fault: lost });
		await world.start(manyJobs(20));
		const [first, second] = world.service
			.callsOf('start')
			.filter(({ request }) => request === 'item 0');
		expect(second.at - first.at).toBeGreaterThanOrEqual(MINUTE);
		expect(second.at - first.at).toBeLessThan(MINUTE + 10 * SECOND);
		expectNoDouble(world);
	});

	it('and is made again after three minutes, where nothing shows how late the list is', async () => {
		const world = new World({ fault: lost });
		expect(await world.start(jobs(['a']))).toMatchObject([{ kind: 'started' }]);
		const [first, second] = world.service.callsOf('start');
		expect(second.at - first.at).toBeGreaterThanOrEqual(3 * MINUTE);
		expect(second.at - first.at).toBeLessThan(4 * MINUTE);
	});

	it.each<[string, Partial<TestSettings>]>([
		['capped', { pageCap: 10, pastRuns: 50 }],
		['oldest first', { listOrder: 'oldestFirst', pastRuns: 620 }],
		['without order', { listOrder: 'mixed', pastRuns: 620 }],
		['without keys', { listWithout: ['key'], pastRuns: 300 }],
		['90 s late', { unlistedForMs: 90 * SECOND }],
	])('and is made again although the list is %s', async (_, settings) => {
		const world = new World({ fault: lost, ...settings });
		const outcomes = await world.start(manyJobs(5));
		expect(outcomes.map(({ kind }) => kind)).toEqual(Array(5).fill('started'));
		expect(world.service.runs).toHaveLength(5);
		expectNoDouble(world);
	});
});

describe('A start key', () => {
	const keyed = (settings: Partial<TestSettings>) => {
		const world = new World(settings);
		const start = async () => await world.start(jobs(['a'], { startKey: 'order' }));
		return { world, start };
	};

	it.each<[string, Partial<TestSettings>]>([
		['capped at 10', { pageCap: 10, pastRuns: 50 }],
		['with a short page', { shortPage: 1, pastRuns: 300 }],
		['oldest first', { listOrder: 'oldestFirst', pastRuns: 620 }],
		['without order', { listOrder: 'mixed', pastRuns: 620 }],
	])('holds across executions with a list that is %s', async (_, settings) => {
		const { world, start } = keyed(settings);
		const [first] = await start();
		world.records.length = 0;
		for (let other = 0; other < 130; other++) world.service.make('of others');
		const [second] = await start();
		expect(second).toMatchObject({ reused: true, id: first.kind === 'started' && first.id });
	});

	it('reads a handful of 600 old runs of which none shows a key, not all', async () => {
		const { world, start } = keyed({
			pastRuns: 600,
			listWithout: ['key'],
			readWithout: ['key'],
		});
		expect(await start()).toMatchObject([{ kind: 'started' }]);
		expect(world.service.callsOf('read').length).toBeLessThanOrEqual(10);
	});

	it('is not started again where our own run shows that keys are hidden everywhere', async () => {
		const { world, start } = keyed({ listWithout: ['key'], readWithout: ['key'] });
		await world.start(jobs(['other']));
		expect(await start()).toMatchObject([{ kind: 'indeterminate', doubt: 'keysHidden' }]);
		expect(world.service.runs).toHaveLength(1);
	});
});

describe('The order of a list', () => {
	const day = 24 * 60 * MINUTE;
	it.each<[string, Array<number | undefined>]>([
		['newestFirst', [3 * day, 2 * day, day]],
		['newestFirst', [3 * day, 3 * day + 500, 2 * day, undefined, day]],
		['oldestFirst', [day, 2 * day, 3 * day]],
		['mixed', [day, 3 * day, 2 * day]],
		['unknown', [day, day, day + 500]],
		['unknown', [day]],
		['unknown', [undefined, undefined]],
		['unknown', []],
	])('is %s: %j', (order, times) => {
		expect(listOrder(times)).toBe(order);
	});
});
