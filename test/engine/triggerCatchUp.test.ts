/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { eventKey, readState } from '../../nodes/shared/trigger';
import {
	deliveryPayload,
	type FakeCopyAi,
	type RunRecord,
	type RunSeed,
	startFakeCopyAi,
} from '../fakes/copyAi';
import { anotherProcess, byId, Instance } from './triggerHarness';
import { useVirtualTime } from '../support/virtualTime';

useVirtualTime();

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Real ms that a test with hundreds of executions may take on a busy machine. */
const LONG_TEST_MS = 120_000;

let fake: FakeCopyAi;
let instance: Instance;
const open: Instance[] = [];

beforeAll(async () => void (fake = await startFakeCopyAi()));
afterAll(async () => await fake.close());
beforeEach(async () => {
	fake.reset();
	instance = await active();
});
afterEach(async () => {
	for (const one of open.splice(0)) {
		await one.kill();
		one.credential = undefined;
		await one.deactivate();
	}
});

async function active(parameters = {}): Promise<Instance> {
	for (const other of open) await other.kill();
	const made = new Instance(fake, { parameters: { workflowId: byId('WCFG-1'), ...parameters } });
	open.push(made);
	await made.activate();
	await made.run('activate');
	return made;
}

/** Runs that ended, `ageMs` ago, one second after the other; the oldest first. */
function ended(
	count: number,
	{ ageMs = 0, ...seed }: { ageMs?: number } & Partial<RunSeed> = {},
): RunRecord[] {
	const from = Date.now() - ageMs;
	return fake.seedRuns(
		Array.from({ length: count }, (_, n) => ({
			workflowId: 'WCFG-1',
			createdAt: from + n * 10,
			...seed,
		})),
	);
}

const passes = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));
const ids = () => instance.emitted.map(({ id }) => id);
const idsOf = (runs: RunRecord[]) => runs.map(({ id }) => id);
const deliver = async (run: RunRecord) =>
	await instance.receive(deliveryPayload('workflowRun.completed', run, fake.settings));

describe('when n8n starts', () => {
	test('events that happened while it was down start executions, oldest first, and no others do', async () => {
		const delivered = ended(3);
		for (const run of delivered) expect((await deliver(run)).item).toBeDefined();
		await instance.kill();
		await passes(MINUTE);
		const missed = ended(5);
		await instance.restart();
		await passes(MINUTE);
		expect(ids()).toEqual(idsOf(missed));
		expect(instance.emitted[0]).toMatchObject({
			event: 'workflowRun.completed',
			verified: true,
			status: 'COMPLETE',
		});
		await instance.restart();
		await passes(HOUR);
		expect(ids()).toEqual(idsOf(missed));
	});

	test('nothing that happened before the activation does', async () => {
		instance = await active();
		ended(5, { ageMs: HOUR });
		await instance.restart();
		await passes(HOUR);
		expect(ids()).toEqual([]);
	});

	test('what ended before the activation is old, and what ended after it is missed, whenever it was created', async () => {
		fake.set({ durationMs: 2 * MINUTE });
		const [old] = ended(1);
		const slow = fake.service.answer({
			method: 'POST',
			path: '/api/workflow/WCFG-1/run',
			query: {},
			headers: { 'x-copy-ai-api-key': fake.settings.apiKey },
			body: JSON.stringify({ startVariables: { 'Input 1': 'a lamp' } }),
		});
		expect(slow).toMatchObject({ status: 200 });
		fake.set({ deliveries: { lost: 1 } });
		await passes(MINUTE);
		instance = await active();
		await passes(5 * MINUTE);
		await instance.restart();
		await passes(MINUTE);
		expect(ids()).toHaveLength(1);
		expect(ids()).not.toContain(old.id);
	});

	test('a workflow that was deactivated and activated again begins anew', async () => {
		await instance.kill();
		await instance.deactivate();
		await passes(MINUTE);
		ended(3);
		await passes(MINUTE);
		await instance.activate();
		await instance.run('activate');
		await passes(HOUR);
		await instance.restart();
		await passes(HOUR);
		expect(ids()).toEqual([]);
	});

	test('a published change keeps on, unless it is another workflow or other events', async () => {
		const missed = ended(1);
		await instance.kill();
		await instance.run('update');
		await passes(MINUTE);
		expect(ids()).toEqual(idsOf(missed));
		await instance.kill();
		instance.parameters = { ...instance.parameters, workflowId: byId('WCFG-2') };
		fake.seedRuns([{ workflowId: 'WCFG-2' }]);
		await instance.run('update');
		await passes(HOUR);
		expect(ids()).toEqual(idsOf(missed));
	});

	test('nothing is caught up with the option off', async () => {
		instance = await active({ options: { catchUp: false } });
		await instance.kill();
		ended(3);
		await instance.restart();
		await passes(HOUR);
		expect(ids()).toEqual([]);
		expect(readState(instance.state).catchUp).toBeUndefined();
	});

	test(
		'events of the last 24 hours and 500 runs are caught up, and the log names the rest',
		async () => {
			await deliver(ended(1)[0]);
			await instance.kill();
			await passes(MINUTE);
			const tooOld = ended(3);
			await passes(25 * HOUR);
			const runs = ended(600);
			await instance.restart();
			await passes(10 * MINUTE);
			expect(ids()).toEqual(idsOf(runs.slice(100)));
			const log = instance.log.join('\n');
			expect(log).toMatch(/warn .*skipped 103 missed events/);
			for (const { id } of [...tooOld, ...runs.slice(0, 100)]) expect(log).toContain(id);
			await instance.restart();
			await passes(HOUR);
			expect(instance.emitted).toHaveLength(500);
			expect(instance.log.filter((line) => line.includes('missed events'))).toHaveLength(1);
		},
		LONG_TEST_MS,
	);

	test(
		'events that were handled long ago and forgotten are not taken for missed',
		async () => {
			instance = await active({
				events: ['workflowRun.completed', 'workflowRun.started'],
			});
			const runs = ended(700);
			await passes(20 * MINUTE);
			expect(instance.emitted.length).toBe(1000);
			const before = instance.emitted.length;
			await instance.restart();
			await passes(HOUR);
			expect(instance.emitted).toHaveLength(before);
			expect(runs).toHaveLength(700);
		},
		LONG_TEST_MS,
	);

	test('a workspace-wide trigger catches up the workflows whose events it has seen', async () => {
		instance = await active({ workflowId: byId('') });
		await deliver(ended(1)[0]);
		await instance.kill();
		await passes(MINUTE);
		const missed = ended(2);
		ended(2, { workflowId: 'WCFG-2' });
		await instance.restart();
		await passes(MINUTE);
		expect(ids()).toEqual(idsOf(missed));
	});

	test('runs of the editor are left out as the option says', async () => {
		instance = await active({ options: { includeEditorRuns: false } });
		await instance.kill();
		ended(1, { metadata: { webapp: true } });
		const [other] = ended(1);
		await instance.restart();
		await passes(HOUR);
		expect(ids()).toEqual([other.id]);
		// It isn't asked about again and again.
		expect(fake.counts.getRun).toBe(2);
	});

	test.each([
		['without status', { listOmits: ['status'] }],
		['without output', { listOmits: ['output'] }],
		['with numbers as text', { numbersAsStrings: true }],
		['in pages of 3', { pageCap: 3 }],
	])('lists %s are understood', async (_, settings) => {
		instance = await active({ events: ['workflowRun.completed', 'workflowRun.failed'] });
		await instance.kill();
		fake.set(settings);
		await passes(MINUTE);
		const missed = [...ended(4), ...ended(2, { status: 'FAILED' })];
		await instance.restart();
		await passes(MINUTE);
		expect(new Set(ids())).toEqual(new Set(idsOf(missed)));
		expect(instance.emitted.map(({ event }) => event).sort()).toEqual([
			...Array<string>(4).fill('workflowRun.completed'),
			...Array<string>(2).fill('workflowRun.failed'),
		]);
	});
});

describe('a kill in the middle of catching up', () => {
	const RUNS = 6;
	const KILLS = 2;

	/**
	 * Kills n8n twice, each time so long after it has begun to start executions, and then lets it work.
	 *
	 * @returns how often each run has started one
	 */
	async function killed(afterMs: number, set: Partial<Instance> = {}): Promise<number[]> {
		instance = Object.assign(await active(), set);
		await instance.kill();
		const runs = ended(RUNS);
		for (let kill = 0; kill < KILLS; kill++) {
			const begins = instance.logs('started');
			await instance.restart();
			await begins;
			await passes(afterMs);
		}
		for (const ms of [MINUTE, MINUTE]) {
			await instance.restart();
			await passes(ms);
		}
		return runs.map(({ id }) => ids().filter((started) => started === id).length);
	}
	const sum = (counts: number[]) => counts.reduce((one, other) => one + other, 0);

	// From before anything is stored until after the third execution has ended.
	test.each([0, 2, 4, 6, 8, 13, 22])(
		'%i ms after it has begun loses nothing, and starts at most one event twice',
		async (afterMs) => {
			const counts = await killed(afterMs);
			expect(counts).not.toContain(0);
			expect(sum(counts)).toBeLessThanOrEqual(RUNS + KILLS);
		},
		LONG_TEST_MS,
	);

	test.each([2, 6, 13])(
		'%i ms after it has begun starts nothing twice where n8n refuses what it has already',
		async (afterMs) => {
			const counts = await killed(afterMs, { refusesDuplicates: true });
			expect(counts).toEqual(Array(RUNS).fill(1));
		},
		LONG_TEST_MS,
	);

	test.each([2, 6, 2010])(
		'%i ms after it has begun loses nothing where executions run in other processes',
		async (afterMs) => {
			const counts = await killed(afterMs, { executesHere: false, executionMs: HOUR });
			expect(counts).not.toContain(0);
			expect(sum(counts)).toBeLessThanOrEqual(RUNS + KILLS);
		},
	);

	test.each([2, 4, 12])(
		'%i ms after it has begun loses or doubles one event at most where nothing can be saved later',
		async (afterMs) => {
			const counts = await killed(afterMs, { isReachable: false });
			expect(counts.filter((count) => count !== 1).length).toBeLessThanOrEqual(KILLS);
		},
	);
});

test('an execution that n8n could not store is started later', async () => {
	instance.canStore = false;
	const runs = ended(3);
	await passes(12 * MINUTE);
	expect(ids()).toEqual([]);
	expect(instance.log.join()).toContain("couldn't start an execution");
	instance.canStore = true;
	await passes(12 * MINUTE);
	expect(ids()).toEqual(idsOf(runs));
});

describe('while n8n is up', () => {
	test('a delivery that was lost is noticed within eleven minutes', async () => {
		const runs: RunRecord[] = [];
		for (let n = 0; n < 20; n++) {
			const [run] = ended(1);
			runs.push(run);
			if (n % 2 === 0) expect((await deliver(run)).item).toBeDefined();
			await passes(MINUTE);
		}
		await passes(11 * MINUTE + 20_000);
		expect(ids()).toEqual(idsOf(runs.filter((_, n) => n % 2 === 1)));
	});

	test('a check is one request when there is nothing new', async () => {
		for (const run of ended(120)) await deliver(run);
		await passes(30 * MINUTE);
		const { listRuns, total } = fake.counts;
		await passes(10 * HOUR);
		const checks = fake.counts.listRuns - listRuns;
		expect(checks).toBeGreaterThanOrEqual(54);
		expect(checks).toBeLessThanOrEqual(67);
		expect(fake.counts.total - total).toBe(checks);
		expect(instance.emitted).toEqual([]);
	});

	test('a run that is confirmed after its delivery was answered starts an execution', async () => {
		fake.set({ notFoundForMs: 20_000, durationMs: 0, deliveries: { lost: 1 } });
		fake.service.answer({
			method: 'POST',
			path: '/api/workflow/WCFG-1/run',
			query: {},
			headers: { 'x-copy-ai-api-key': fake.settings.apiKey },
			body: JSON.stringify({ startVariables: {} }),
		});
		const [run] = fake.runs;
		expect((await deliver(run)).item).toBeUndefined();
		await passes(32_000);
		expect(ids()).toEqual([run.id]);
		expect((await deliver(run)).reason).toBe('Ignored: duplicate event');
		await passes(HOUR);
		expect(ids()).toEqual([run.id]);
	});

	test('a delivery and a check at the same time start one execution', async () => {
		fake.set({ latencyMs: 500 });
		const [run] = ended(1);
		const results: unknown[] = [];
		for (let n = 0; n < 30; n++) {
			results.push((await deliver(run)).item);
			await passes(1000);
		}
		await passes(HOUR);
		expect(results.filter(Boolean).length + instance.emitted.length).toBe(1);
	});

	test('nothing is started after the workflow was deactivated', async () => {
		const runs = ended(30);
		while (instance.emitted.length < 5) await passes(10);
		await instance.deactivate();
		await instance.kill();
		const { length } = instance.emitted;
		// A request that was under way.
		await passes(300);
		const sent = fake.counts.total;
		await passes(HOUR);
		expect(instance.emitted).toHaveLength(length);
		expect(fake.counts.total).toBe(sent);
		expect(length).toBeLessThan(runs.length);
	});

	test('what Copy.ai does not answer is looked at again', async () => {
		fake.set({ faults: [{ kind: 'badGatewayBefore', on: ['listRuns'] }] });
		const runs = ended(2);
		await passes(20 * MINUTE);
		expect(ids()).toEqual([]);
		fake.set({ faults: [] });
		await passes(12 * MINUTE);
		expect(ids()).toEqual(idsOf(runs));
	});
});

describe('in queue mode', () => {
	test('what arrived in other processes is not started again, although the main process never sees it', async () => {
		instance.receivers = [anotherProcess(), anotherProcess()];
		const delivered = ended(20);
		await Promise.all(delivered.map(async (run) => await deliver(run)));
		const [lost] = ended(1);
		await passes(30 * MINUTE);
		expect(ids()).toEqual([lost.id]);
		await instance.kill();
		const whileDown = ended(6);
		await Promise.all(whileDown.slice(0, 5).map(async (run) => await deliver(run)));
		instance.main = anotherProcess();
		await instance.run('init');
		await passes(HOUR);
		expect(ids()).toEqual([lost.id, whileDown[5].id]);
	});

	test('nothing is started when it can not be told what arrived', async () => {
		instance.receivers = [anotherProcess()];
		instance.main = anotherProcess();
		await instance.kill();
		await instance.run('init');
		await passes(2 * MINUTE);
		instance.isReachable = false;
		for (const run of ended(3)) await deliver(run);
		await passes(HOUR);
		expect(ids()).toEqual([]);
		expect(instance.log.join('\n')).toContain("couldn't reach its own webhook");
		instance.isReachable = true;
		const [lost] = ended(1);
		await passes(15 * MINUTE);
		expect(ids()).toEqual([lost.id]);
	});

	test('without a way to its own webhook, a single process still catches up', async () => {
		instance.isReachable = false;
		await deliver(ended(1)[0]);
		await passes(30 * MINUTE);
		const [lost] = ended(1);
		await passes(12 * MINUTE);
		expect(ids()).toEqual([lost.id]);
		await instance.kill();
		const missed = ended(2);
		await instance.restart();
		await passes(MINUTE);
		expect(ids()).toEqual([lost.id, ...idsOf(missed)]);
	});
});

describe('webhooks', () => {
	test('that are gone are registered again when n8n starts', async () => {
		await fake.service.answer({
			method: 'DELETE',
			path: `/api/webhook/${fake.webhooks[0].id}`,
			query: {},
			headers: { 'x-copy-ai-api-key': fake.settings.apiKey },
			body: undefined,
		});
		expect(fake.webhooks).toEqual([]);
		await instance.restart();
		expect(fake.webhooks.map(({ url }) => url)).toEqual([
			`${instance.address}?token=${instance.token}`,
		]);
	});

	test('move with a changed public address, and those at the old one stay', async () => {
		const before = fake.webhooks.map(({ id }) => id);
		instance.publicUrl = 'https://new.example.com/n8n/';
		await instance.restart();
		expect(fake.webhooks.map(({ url }) => url.split('?')[0])).toEqual([
			'https://n8n.example.com/webhook/a-webhook-id/webhook',
			'https://new.example.com/n8n/webhook/a-webhook-id/webhook',
		]);
		expect(fake.webhooks[0].id).toBe(before[0]);
	});

	test('of a clone neither replace nor remove those of the original', async () => {
		const clone = new Instance(fake, {
			parameters: instance.parameters,
			publicUrl: 'https://clone.example.com/',
		});
		clone.staticData = structuredClone(instance.staticData);
		open.push(clone);
		clone.main = anotherProcess();
		await clone.run('init');
		await instance.restart();
		expect(fake.webhooks.map(({ url }) => new URL(url).host)).toEqual([
			'n8n.example.com',
			'clone.example.com',
		]);
		await clone.kill();
		await clone.deactivate();
		expect(fake.webhooks.map(({ url }) => new URL(url).host)).toEqual(['n8n.example.com']);
	});

	test('that can not be checked do not keep n8n from starting the trigger', async () => {
		fake.set({ faults: [{ kind: 'badGatewayBefore', on: ['listWebhooks'] }] });
		const [missed] = ended(1);
		await instance.restart();
		await passes(MINUTE);
		expect(ids()).toEqual([missed.id]);
		expect(instance.log.join('\n')).toContain("couldn't check its webhooks");
	});
});

test('static data holds no secret, and what trigger() stores leaves what webhook() stored', async () => {
	const delivered = ended(1);
	await deliver(delivered[0]);
	const [lost] = ended(1);
	await passes(12 * MINUTE);
	const { seen } = readState(instance.state);
	expect(seen).toContain(eventKey('workflowRun.completed', delivered[0].id));
	expect(seen).toContain(eventKey('workflowRun.completed', lost.id));
	expect(JSON.stringify(instance.staticData)).not.toContain(instance.token);
	expect(JSON.stringify(instance.emitted)).not.toContain(instance.token);
});
