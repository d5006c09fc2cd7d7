/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { RunSnapshot } from '../../../nodes/runs';
import type { TestRun } from './testService';
import { World } from './world';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Waits for this many runs of which the second throws. What became of each: its kind, or the message of what it threw. */
async function waitWith(world: World, count: number): Promise<string[]> {
	const runs = Array.from({ length: count }, (_, index) => world.service.make(`run ${index}`));
	const { poller } = world.deps();
	const ends = runs.map(({ workflowId, id }) =>
		poller.waitForFinish({ workflowId, id, timeoutMs: 10 * MINUTE }).then(
			({ kind }) => kind as string,
			(error: Error) => error.message,
		),
	);
	return await world.clock.run(Promise.all(ends));
}

/** A run as an answer shows it, of which nothing can be read. */
function unreadable(id: string): RunSnapshot<TestRun> {
	const fail = () => {
		throw new Error('too deep');
	};
	return Object.defineProperties({ id } as RunSnapshot<TestRun>, {
		state: { get: fail },
		isFull: { get: fail },
		run: { get: fail },
	});
}

/** What is thrown instead of the second run's answer, in every way in which that can happen. */
const ways: Record<string, (world: World, times: number) => void> = {
	'reading it rejects': ({ service }, times) => {
		const getRun = service.getRun.bind(service);
		service.getRun = async (workflowId, id) => {
			if (id === 'g-2' && times-- > 0) throw new Error('too deep');
			return await getRun(workflowId, id);
		};
	},
	'reading it throws at once': ({ service }, times) => {
		const getRun = service.getRun.bind(service);
		service.getRun = (workflowId, id) => {
			if (id === 'g-2' && times-- > 0) throw new Error('too deep');
			return getRun(workflowId, id);
		};
	},
	'its answer throws when it is read': ({ service }, times) => {
		const getRun = service.getRun.bind(service);
		service.getRun = async (workflowId, id) =>
			id === 'g-2' && times-- > 0
				? { kind: 'ok', value: unreadable(id) }
				: await getRun(workflowId, id);
	},
};

describe('What is thrown while one run is polled', () => {
	let unhandled: unknown[] = [];
	const note = (error: unknown) => void unhandled.push(error);
	beforeEach(() => {
		unhandled = [];
		process.on('unhandledRejection', note);
	});
	afterEach(async () => {
		await new Promise((resolve) => setImmediate(resolve));
		process.off('unhandledRejection', note);
		expect(unhandled).toEqual([]);
	});

	it.each(Object.keys(ways))('ends the wait for that run alone: %s', async (way) => {
		const world = new World({ listWithout: ['state'], durationMs: () => MINUTE });
		ways[way](world, Infinity);
		expect(await waitWith(world, 4)).toEqual(['completed', 'too deep', 'completed', 'completed']);
	});

	it.each(Object.keys(ways))('once does not end it: %s', async (way) => {
		const world = new World({ listWithout: ['state'], durationMs: () => MINUTE });
		ways[way](world, 1);
		expect(await waitWith(world, 4)).toEqual(Array(4).fill('completed'));
	});

	it.each(Object.keys(ways))('of a single run ends its wait: %s', async (way) => {
		const world = new World({ durationMs: () => MINUTE });
		world.service.make('another');
		ways[way](world, Infinity);
		expect(await waitWith(world, 1)).toEqual(['too deep']);
		expect(world.clock.passed).toBeLessThan(10 * SECOND);
	});

	it('by a list leaves the reads', async () => {
		const world = new World({ durationMs: () => MINUTE });
		world.service.listRuns = async () => await Promise.reject(new Error('too deep'));
		expect(await waitWith(world, 20)).toEqual(Array(20).fill('completed'));
	});

	it('by one entry of a list leaves the others: it is read by itself', async () => {
		const world = new World({ durationMs: () => MINUTE });
		const { service } = world;
		const list = service.listRuns.bind(service);
		service.listRuns = async (...args) => {
			const answer = await list(...args);
			if (answer.kind !== 'ok') return answer;
			const value = answer.value.map((seen) => (seen.id === 'g-2' ? unreadable(seen.id) : seen));
			return { kind: 'ok', value };
		};
		expect(await waitWith(world, 20)).toEqual(Array(20).fill('completed'));
		expect(new Set(service.callsOf('read').map(({ id }) => id))).toEqual(new Set(['g-2']));
	});

	it('by what was seen of a run before is left aside: it is polled', async () => {
		const world = new World();
		const [run] = [world.service.make('a')];
		const { poller } = world.deps();
		const target = { workflowId: 'g', id: run.id, timeoutMs: MINUTE };
		const outcome = await world.clock.run(poller.waitForFinish(target, unreadable(run.id)));
		expect(outcome.kind).toBe('completed');
	});

	it('reaches a caller that asks for it only later', async () => {
		const world = new World();
		world.service.getRun = async () => await Promise.reject(new Error('too deep'));
		const { id } = world.service.make('a');
		const { poller } = world.deps();
		const outcome = poller.waitForFinish({ workflowId: 'g', id, timeoutMs: MINUTE });
		await world.clock.run(world.clock.sleep(20 * SECOND));
		await new Promise((resolve) => setImmediate(resolve));
		await expect(outcome).rejects.toThrow('too deep');
	});
});
