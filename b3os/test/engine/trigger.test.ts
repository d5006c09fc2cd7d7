/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import schema from '../../nodes/B3osTrigger/__schema__/v1.0.0.json';
import { byId } from '../../../test/engine/harness';
import { useVirtualTime } from '../../../test/support/virtualTime';
import { type FakeB3os, type RunRecord, startFakeB3os } from '../fakes/b3os';
import { PollingInstance } from './triggerHarness';

useVirtualTime();

const EVENTS = ['run.completed', 'run.failed', 'run.cancelled', 'run.waiting', 'run.started'];
const HOUR = 60;

let fake: FakeB3os;
let instance: PollingInstance;

beforeAll(async () => void (fake = await startFakeB3os()));
afterAll(async () => await fake.close());
beforeEach(() => fake.reset());

async function active(parameters = {}): Promise<PollingInstance> {
	const made = new PollingInstance(fake, parameters);
	await made.start('activate');
	return made;
}

type Seed = Parameters<FakeB3os['service']['seedRuns']>[0][number];

/** Runs that ended now, the oldest first. */
function ended(count: number, seed: Seed = {}): RunRecord[] {
	const from = Date.now() - count * 10;
	return fake.service.seedRuns(
		Array.from({ length: count }, (_, n) => ({ startedAt: from + n * 10, ...seed })),
	);
}

/** Starts a run that takes this long, with this end. */
function start(
	durationMs: number,
	end: 'success' | 'failure' | 'never' = 'success',
	workflowId = 'wf_swap',
): string {
	fake.service.set({ runRules: [{ durationMs, end }] });
	const { body } = fake.service.answer({
		method: 'POST',
		path: `/v1/workflows/${workflowId}/run`,
		query: {},
		headers: { authorization: `Bearer ${fake.service.settings.apiKey}` },
		body: '{}',
	}) as { body: string };
	return (JSON.parse(body) as { data: { runId: string } }).data.runId;
}

const idsOf = (runs: RunRecord[]) => runs.map(({ id }) => id);
const requests = () => fake.service.counts.total;

test('the first poll starts nothing old, and each event after it comes once', async () => {
	ended(20);
	instance = await active();
	await instance.pass(3);
	expect(instance.ids).toEqual([]);
	const runs = ended(3);
	await instance.pass(3);
	expect(instance.ids).toEqual(idsOf(runs));
	expect(instance.executions).toEqual([3]);
	expect(instance.items[0]).toMatchObject({
		event: 'run.completed',
		status: 'success',
		workflowId: 'wf_swap',
		output: { quote: { price: 1 } },
	});
	const types = Object.entries(schema.properties).map(([name, { type }]) => [name, type]);
	expect(Object.entries(instance.items[0]).map(([name, value]) => [name, typeof value])).toEqual(
		types,
	);
});

test.each([
	['success', 'run.completed'],
	['partial', 'run.completed'],
	['failure', 'run.failed'],
	['cancelled', 'run.cancelled'],
	['waiting', 'run.waiting'],
])('a run that is %s is the event %s', async (status, event) => {
	instance = await active({ events: EVENTS });
	ended(1, { status });
	await instance.pass(2);
	expect(instance.items.map((item) => item.event)).toEqual(['run.started', event]);
	expect(instance.items[1]).toMatchObject({ status });
});

test('only the selected events come', async () => {
	instance = await active({ events: ['run.failed'] });
	ended(2);
	const [failed] = ended(1, { status: 'failure' });
	await instance.pass(2);
	expect(instance.items).toEqual([
		expect.objectContaining({
			id: failed.id,
			event: 'run.failed',
			failure: {
				message: expect.stringContaining('insufficient funds') as string,
				nodes: ['swap'],
			},
		}),
	]);
	expect(instance.items[0]).not.toHaveProperty('error');
});

test('runs of one workflow, or of all of them', async () => {
	instance = await active({ workflowId: byId('wf_report') });
	const all = await active();
	const swap = ended(1);
	const report = ended(1, { workflowId: 'wf_report' });
	await instance.pass(1);
	await all.pass(1);
	expect(instance.ids).toEqual(idsOf(report));
	expect(new Set(all.ids)).toEqual(new Set(idsOf([...swap, ...report])));
});

describe('over a day of polls', () => {
	test.each(['newestFirst', 'oldestFirst', 'byId'] as const)(
		'every run comes once with lists sorted %s, however long it takes',
		async (listOrder) => {
			fake.service.set({ listOrder });
			ended(5);
			instance = await active({ events: EVENTS });
			const started: string[] = [];
			for (let hour = 0; hour < 24; hour++) {
				started.push(start((hour % 6) * HOUR * 60_000 + 30_000, hour % 4 ? 'success' : 'failure'));
				await instance.pass(60, 5);
				if (hour % 5 === 2) await instance.start('init');
			}
			await instance.pass(6 * HOUR, 5);
			const ends = instance.items.filter(
				({ event }) => event === 'run.completed' || event === 'run.failed',
			);
			expect(new Set(ends.map(({ id }) => id))).toEqual(new Set(started));
			const events = instance.items.map(({ id, event }) => `${String(id)} ${String(event)}`);
			expect(new Set(events).size).toBe(events.length);
			expect(events.filter((event) => event.endsWith('run.started'))).toHaveLength(24);
		},
		60_000,
	);

	test('a run that waits for two days for an approval is found when it ends', async () => {
		const before = start(40 * HOUR * 60_000);
		instance = await active();
		const after = start(48 * HOUR * 60_000);
		for (let n = 0; n < 12; n++) {
			ended(20);
			await instance.pass(4 * HOUR, 10);
		}
		await instance.pass(2 * HOUR, 10);
		expect(instance.ids).toContain(before);
		expect(instance.ids).toContain(after);
		expect(new Set(instance.ids).size).toBe(2 + 12 * 20);
	}, 60_000);

	test('a poll is one request when there is nothing new', async () => {
		ended(150);
		instance = await active();
		await instance.pass(2);
		const before = requests();
		await instance.pass(24 * HOUR, 5);
		expect(requests() - before).toBe((24 * HOUR) / 5);
	}, 60_000);
});

describe('after downtime', () => {
	test('events are caught up once, and not again after another restart', async () => {
		instance = await active();
		await instance.pass(1);
		const runs = ended(30);
		await new Promise((resolve) => setTimeout(resolve, 3_600_000));
		await instance.start('init');
		expect(instance.ids).toEqual(idsOf(runs));
		await instance.start('init');
		await instance.pass(60);
		expect(instance.ids).toEqual(idsOf(runs));
	});

	test('a workflow that is activated again begins anew', async () => {
		instance = await active();
		await new Promise((resolve) => setTimeout(resolve, 3_600_000));
		ended(3);
		await new Promise((resolve) => setTimeout(resolve, 60_000));
		await instance.start('activate');
		await instance.pass(10);
		const runs = ended(1);
		await instance.pass(2);
		expect(instance.ids).toEqual(idsOf(runs));
	});

	test('the newest 500 runs of the last 24 hours count, and the log names the others', async () => {
		instance = await active();
		const runs = ended(620);
		await instance.pass(10);
		expect(instance.ids).toEqual(idsOf(runs.slice(120)));
		expect(Math.max(...instance.executions)).toBe(100);
		const log = instance.log.join('\n');
		expect(log).toContain('skipped 120 missed events');
		for (const { id } of runs.slice(0, 120)) expect(log).toContain(id);
		await instance.start('init');
		await instance.pass(10);
		expect(instance.items).toHaveLength(500);
	});
});

test.each([10, 100, 1000])(
	'requests per poll are bounded with %d runs between polls',
	async (count) => {
		instance = await active();
		await instance.pass(1);
		ended(count);
		const polls: number[] = [];
		for (let n = 0; n < 12; n++) {
			const before = requests();
			await instance.pass(1);
			polls.push(requests() - before);
		}
		expect(Math.max(...polls)).toBeLessThanOrEqual(10 + 100);
		expect(polls.at(-1)).toBe(1);
		expect(instance.items).toHaveLength(Math.min(count, 500));
	},
);

describe('when B3OS does not answer', () => {
	test('the next poll finds the events', async () => {
		instance = await active();
		fake.service.set({ faults: [{ kind: 'badGatewayBefore' }] });
		const runs = ended(2);
		await instance.pass(3);
		expect(instance.ids).toEqual([]);
		expect(instance.log.join('\n')).toContain("couldn't list the runs");
		fake.service.set({ faults: [] });
		await instance.pass(1);
		expect(instance.ids).toEqual(idsOf(runs));
	});

	test('a run that can not be read comes with the next poll, the others now', async () => {
		instance = await active();
		const runs = ended(3);
		fake.service.set({ faults: [{ kind: 'badGatewayBefore', on: ['getRun'], times: 3 }] });
		await instance.pass(2);
		expect(new Set(instance.ids)).toEqual(new Set(idsOf(runs)));
		expect(instance.ids).toHaveLength(3);
	});

	test('the activation says so', async () => {
		fake.service.set({ faults: [{ kind: 'unauthorizedHtml' }] });
		await expect(active()).rejects.toThrow('API key');
	});

	test('a denied key ends a poll with its message', async () => {
		instance = await active();
		fake.service.set({ faults: [{ kind: 'unauthorizedHtml' }] });
		await expect(instance.poll()).rejects.toThrow('API key');
	});
});

test('Fetch Test Event shows the newest event and changes nothing', async () => {
	instance = await active({ events: ['run.failed', 'run.completed'] });
	ended(3, { status: 'failure' });
	await new Promise((resolve) => setTimeout(resolve, 1000));
	const [newest] = ended(1);
	const before = JSON.stringify(instance.staticData);
	expect(await instance.fetchTestEvent()).toEqual([
		expect.objectContaining({ id: newest.id, event: 'run.completed' }),
	]);
	expect(JSON.stringify(instance.staticData)).toBe(before);
	await instance.pass(1);
	expect(instance.items).toHaveLength(4);
});

test('Fetch Test Event shows nothing where there is nothing, and a node without events says so', async () => {
	instance = await active();
	expect(await instance.fetchTestEvent()).toEqual([]);
	await expect(active({ events: [] })).rejects.toThrow("No events are selected in 'Events'");
});

test('secrets of nodes and of the trigger are in no item', async () => {
	instance = await active({ simplify: false });
	ended(2);
	await instance.pass(1);
	expect(instance.items).toHaveLength(2);
	expect(JSON.stringify(instance.items)).not.toMatch(/trigger-secret|node-secret/);
});
