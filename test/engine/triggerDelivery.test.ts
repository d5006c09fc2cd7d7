/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import schema from '../../nodes/CopyAiTrigger/__schema__/v1.0.0.json';
import { deriveToken, digestToken, eventKey, MAX_SEEN } from '../../nodes/shared/trigger';
import {
	deliveryPayload,
	type FakeCopyAi,
	type RunRecord,
	startFakeCopyAi,
	type WebhookEvent,
} from '../fakes/copyAi';
import { byId, Instance, listenFor } from './triggerHarness';
import { useVirtualTime } from '../support/virtualTime';

useVirtualTime();

let fake: FakeCopyAi;
let instance: Instance;

const events: WebhookEvent[] = [
	'workflowRun.completed',
	'workflowRun.failed',
	'workflowRun.started',
	'workflowCreditLimit.reached',
];

beforeAll(async () => void (fake = await startFakeCopyAi()));
afterAll(async () => await fake.close());
beforeEach(async () => {
	fake.reset();
	instance = await active();
});

// What isn't confirmed yet is checked again until its trigger is deactivated.
const activeInstances: Instance[] = [];
afterEach(async () => {
	for (const one of activeInstances.splice(0)) {
		// Nothing else is needed, so nothing else is sent.
		one.credential = undefined;
		await one.deactivate();
	}
});

async function active(parameters = {}): Promise<Instance> {
	const made = new Instance(fake, {
		parameters: { events, workflowId: byId('WCFG-1'), ...parameters },
	});
	await made.activate();
	activeInstances.push(made);
	return made;
}

/** A run that is over, in Copy.ai. */
function run(seed: Partial<Parameters<FakeCopyAi['seedRuns']>[0][number]> = {}): RunRecord {
	return fake.seedRuns([{ workflowId: 'WCFG-1', status: 'COMPLETE', ...seed } as never])[0];
}

function payload(of: RunRecord | string, event: WebhookEvent = 'workflowRun.completed') {
	return deliveryPayload(event, of, fake.settings);
}

/** A schema's properties by their type alone. */
function withoutNested(properties: Record<string, { type: string }>) {
	return Object.fromEntries(Object.entries(properties).map(([name, { type }]) => [name, { type }]));
}

/** Copy.ai does not answer any more. */
const unreachable = { faults: [{ kind: 'resetBefore' as const, on: ['getRun' as const] }] };

describe('the secret', () => {
	test('is needed to ask what was seen, and the answer holds no secret and no run ID', async () => {
		const record = run();
		await instance.receive(payload(record));
		const question = { type: 'n8n.seenEvents' };
		expect(await instance.receive(question, { token: 'x' })).toEqual({ status: 401 });
		const { item, response } = await instance.receive(question);
		expect(item).toBeUndefined();
		expect(response).toEqual({
			process: expect.any(String) as string,
			seen: [eventKey('workflowRun.completed', record.id)],
			workflows: ['WCFG-1'],
		});
		expect(JSON.stringify(response)).not.toContain(instance.token);
	});

	test.each<[string, unknown]>([
		['none', {}],
		['an empty one', { token: '' }],
		['a wrong one', { token: 'x'.repeat(43) }],
		['a wrong one of another length', { token: 'x' }],
		['under another name', { Token: 'right' }],
		['twice', { token: ['right', 'right'] }],
		['in an object', { token: { a: 'right' } }],
		['no query at all', undefined],
	])('%s is answered 401, starts nothing and asks Copy.ai nothing', async (_, query) => {
		const right = instance.token;
		const given = JSON.parse(
			(JSON.stringify(query) ?? 'null').replaceAll('right', right),
		) as unknown;
		const result = await instance.receive(payload(run()), given);
		expect(result).toEqual({ status: 401 });
		expect(fake.counts.getRun).toBe(0);
	});

	test('nobody gets in while the trigger is not registered, not even without a secret', async () => {
		instance.staticData = {};
		for (const query of [{}, { token: '' }, { token: 'undefined' }]) {
			expect(await instance.receive(payload(run()), query)).toEqual({ status: 401 });
		}
	});
});

describe('a delivery that is right', () => {
	test('puts out what the schema of the trigger says', async () => {
		const { item = {} } = await instance.receive(payload(run({ metadata: { row: 1 } })));
		const types = Object.entries(item).map(([name, value]) => [name, { type: typeof value }]);
		expect(Object.fromEntries(types)).toEqual(withoutNested(schema.properties));
	});

	test('starts one execution, with the run as Copy.ai has it', async () => {
		const record = run({ input: { 'Input 1': 'lamp' }, output: { text: 'A lamp' } });
		const { status, item } = await instance.receive(payload(record));
		expect(status).toBe(200);
		expect(item).toMatchObject({
			event: 'workflowRun.completed',
			id: record.id,
			workflowId: 'WCFG-1',
			status: 'COMPLETE',
			input: { 'Input 1': 'lamp' },
			output: { text: 'A lamp' },
			credits: 2,
			verified: true,
		});
		expect(Object.keys(item!)).toEqual(expect.arrayContaining(['input', 'createdAt']));
		// Neither twice nor empty.
		for (const name of ['workflowRunId', 'metadata', 'toolKey']) {
			expect(item).not.toHaveProperty(name);
		}
		expect(item).not.toHaveProperty('type');
		expect(item).not.toHaveProperty('error');
	});

	test.each(['captured', 'documented'] as const)('comes in the %s form', async (form) => {
		fake.set({ deliveries: { payload: form } });
		const record = run({ output: { text: 'A lamp' } });
		const { item } = await instance.receive(payload(record));
		expect(item).toMatchObject({ id: record.id, output: { text: 'A lamp' }, verified: true });
	});

	test.each(['captured', 'documented'] as const)(
		'in the %s form is understood without reading it back, too',
		async (form) => {
			fake.set({ deliveries: { payload: form } });
			instance.parameters.options = { verify: false };
			const record = run({ output: { text: 'A lamp' } });
			const { item } = await instance.receive(payload(record));
			expect(item).toMatchObject({
				event: 'workflowRun.completed',
				id: record.id,
				workflowId: 'WCFG-1',
				status: 'COMPLETE',
				output: { text: 'A lamp' },
				credits: 2,
				verified: false,
			});
		},
	);

	test.each(['id', 'workflowRunId'])('has its id in %s', async (field) => {
		const record = run();
		const { id, workflowRunId, ...rest } = payload(record);
		expect(id).toBe(workflowRunId);
		const { item } = await instance.receive({ ...rest, [field]: record.id });
		expect(item).toMatchObject({ id: record.id, verified: true });
	});

	test('can come as text', async () => {
		const { item } = await instance.receive(JSON.stringify(payload(run())));
		expect(item).toMatchObject({ verified: true });
	});

	test('shows a failed run, and why it failed, without a top-level error', async () => {
		const record = run({ status: 'FAILED', error: { message: 'no seat', step: 2 } });
		for (const verify of [true, false]) {
			const other = await active({ options: { verify } });
			const { item } = await other.receive(payload(record, 'workflowRun.failed'));
			expect(item).toMatchObject({
				event: 'workflowRun.failed',
				status: 'FAILED',
				failure: { message: 'no seat', step: 2 },
				verified: verify,
			});
			expect(item).not.toHaveProperty('error');
		}
	});

	test('shows a run that has just started', async () => {
		const record = run({ status: 'PROCESSING' });
		const { item } = await instance.receive(payload(record, 'workflowRun.started'));
		expect(item).toMatchObject({
			event: 'workflowRun.started',
			status: 'PROCESSING',
			verified: true,
		});
	});

	test('shows the credit limit, with just what was received', async () => {
		expect(await instance.receive({ type: events[3] })).toEqual({
			status: 200,
			reason: undefined,
			item: { event: events[3] },
		});
		const more = { type: events[3], limit: 100, runId: null, verified: true, error: 'none left' };
		const { item } = await instance.receive(more);
		expect(item).toEqual({
			event: events[3],
			limit: 100,
			failure: { message: 'none left' },
		});
		expect(fake.counts.getRun).toBe(0);
	});

	test('an output that is nested too deep for n8n comes as JSON text, and verified', async () => {
		const text = `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`;
		const record = run({ output: { deep: JSON.parse(text), plain: 'text' } as never });
		const { item } = await instance.receive(payload(record.id));
		expect(item).toMatchObject({ output: { deep: text, plain: 'text' }, verified: true });
	});

	test('outputs that are JSON text become values, unless that is switched off', async () => {
		const record = run({ output: { list: '["a","b"]', deep: '['.repeat(1e5) + ']'.repeat(1e5) } });
		const { item } = await instance.receive(payload(record));
		expect(item).toMatchObject({ output: { list: ['a', 'b'], deep: record.output.deep } });
		const other = await active({ options: { parseJson: false } });
		expect((await other.receive(payload(record))).item).toMatchObject({
			output: { list: '["a","b"]' },
		});
	});
});

describe('what Copy.ai says counts', () => {
	test('of a delivery with other content only the ids are believed', async () => {
		const record = run({ output: { text: 'true' } });
		const { item } = await instance.receive({
			...payload(record),
			output: { text: 'forged' },
			extra: 'forged',
			credits: 9,
		});
		expect(item).toMatchObject({ output: { text: 'true' }, credits: 2, verified: true });
		expect(JSON.stringify(item)).not.toContain('forged');
	});

	test('a run that does not exist starts nothing', async () => {
		const { status, item, reason } = await instance.receive({
			...payload('WRUN-forged'),
			workflowId: 'WCFG-1',
		});
		expect({ status, item }).toEqual({ status: 200, item: undefined });
		expect(reason).toMatch(/didn't confirm/);
	});

	test('a run of another workflow starts nothing, whatever the delivery says', async () => {
		const other = run({ workflowId: 'WCFG-2' });
		expect((await instance.receive(payload(other))).item).toBeUndefined();
		expect(fake.counts.getRun).toBe(0);
		const lying = { ...payload(other), workflowId: 'WCFG-1' };
		expect((await instance.receive(lying)).item).toBeUndefined();
	});

	test('without a chosen workflow runs of all workflows start it', async () => {
		const everywhere = await active({ workflowId: byId('') });
		for (const workflowId of ['WCFG-1', 'WCFG-2']) {
			const { item } = await everywhere.receive(payload(run({ workflowId })));
			expect(item).toMatchObject({ workflowId, verified: true });
		}
	});

	test('a delivery that names no workflow is one of the chosen workflow; without one it starts nothing, unless Verify Events is off', async () => {
		const nameless = () => {
			const sent = payload(run());
			delete sent.workflowId;
			return sent;
		};
		expect((await instance.receive(nameless())).item).toMatchObject({ verified: true });
		const everywhere = await active({ workflowId: byId('') });
		const sent = nameless();
		const { status, item, reason } = await everywhere.receive(sent);
		expect({ status, item }).toEqual({ status: 200, item: undefined });
		expect(reason).toMatch(/names no workflow/);
		// Nor does it when Copy.ai can't be reached.
		fake.set(unreachable);
		expect((await everywhere.receive(sent)).item).toBeUndefined();
		everywhere.parameters.options = { verify: false };
		expect((await everywhere.receive(sent)).item).toMatchObject({ verified: false });
	});

	test('a run that ended otherwise starts nothing', async () => {
		const failed = run({ status: 'FAILED' });
		expect((await instance.receive(payload(failed))).item).toBeUndefined();
	});

	test('a run that is not found yet, or has not ended yet, is asked for again', async () => {
		fake.set({ notFoundForMs: 250, durationMs: 0 });
		const id = startRun();
		const { item } = await instance.receive({ ...payload(id), workflowId: 'WCFG-1' });
		expect(item).toMatchObject({ id, status: 'COMPLETE', verified: true });

		fake.set({ notFoundForMs: 0, durationMs: 250 });
		const late = startRun();
		const result = await instance.receive({ ...payload(late), workflowId: 'WCFG-1' });
		expect(result.item).toMatchObject({ id: late, status: 'COMPLETE', verified: true });
	});

	test('a run that Copy.ai shows as open starts nothing, and counts as not seen', async () => {
		fake.set({ durationMs: 600_000 });
		const id = startRun();
		const body = { ...payload(id), workflowId: 'WCFG-1', status: 'COMPLETE', output: { a: 1 } };
		const { status, item, reason } = await instance.receive(body);
		expect({ status, item }).toEqual({ status: 200, item: undefined });
		expect(reason).toMatch(/didn't confirm the event yet/);
		expect(instance.state.seen).toBeUndefined();
		expect(instance.log).toEqual([
			expect.stringMatching(
				new RegExp(
					`^info .*ignored workflowRun.completed of run ${id}: .*is (NEW|WAITING|PROCESSING)`,
				),
			),
		]);
		// Nor when Copy.ai can't be reached after it was asked once.
		fake.set({ faults: [{ kind: 'resetBefore', on: ['getRun'], skip: 1 }] });
		expect((await instance.receive(body)).item).toBeUndefined();
	});

	test('a run that can not be read for up to 30 seconds is confirmed in the background, and n8n says so', async () => {
		instance = await active({ options: { catchUp: false } });
		fake.set({ notFoundForMs: 20_000, durationMs: 0 });
		const id = startRun();
		const body = { ...payload(id), workflowId: 'WCFG-1' };
		expect((await instance.receive(body)).item).toBeUndefined();
		expect(instance.log).toHaveLength(1);
		await new Promise((resolve) => setTimeout(resolve, 32_000));
		expect(instance.log.slice(1)).toEqual([
			expect.stringMatching(new RegExp(`^warn .*didn't start an execution for .*${id}`)),
		]);
		expect((await instance.receive(body)).item).toMatchObject({ id, verified: true });
	});

	test('a trigger that is deactivated asks no more', async () => {
		fake.set({ notFoundForMs: 60_000, durationMs: 0 });
		const id = startRun();
		await instance.receive({ ...payload(id), workflowId: 'WCFG-1' });
		await instance.deactivate();
		// A call that was given up can still arrive.
		await new Promise((resolve) => setTimeout(resolve, 300));
		const asked = fake.counts.getRun;
		await new Promise((resolve) => setTimeout(resolve, 150_000));
		expect(fake.counts.getRun).toBe(asked);
	});

	test.each([
		['id', 'workflowRunId'],
		['workflowRunId', 'id'],
	])('the event can have its own id in %s, and the run’s in %s', async (field, runField) => {
		const record = run();
		const body = (n: number) => ({
			...payload(record),
			[field]: `EVT-${n}`,
			[runField]: record.id,
		});
		const copies = await Promise.all([1, 2].map(async (n) => await instance.receive(body(n))));
		const items = [...copies, await instance.receive(body(3))].flatMap(({ item }) => item ?? []);
		expect(items).toEqual([expect.objectContaining({ id: record.id, verified: true })]);
	});

	test('when Copy.ai can not be reached the delivery is kept, and marked', async () => {
		fake.set(unreachable);
		const record = run({ output: { text: 'A lamp' } });
		const { item } = await instance.receive(payload(record));
		expect(item).toMatchObject({ id: record.id, output: { text: 'A lamp' }, verified: false });
		expect(instance.log).toEqual([expect.stringMatching(new RegExp(`^warn .*${record.id}`))]);
	});

	test.each(['forbiddenEmpty', 'unauthorizedHtml', 'htmlAfter', 'truncatedAfter'] as const)(
		'the same when its answer is %s',
		async (kind) => {
			fake.set({ faults: [{ kind, on: ['getRun'] }] });
			const { item } = await instance.receive(payload(run()));
			expect(item).toMatchObject({ verified: false });
		},
	);

	test('the sender is not kept waiting by a Copy.ai that never answers', async () => {
		fake.set({ faults: [{ kind: 'silentBefore', on: ['getRun'] }] });
		const began = Date.now();
		const { item } = await instance.receive(payload(run()));
		expect(item).toMatchObject({ verified: false });
		expect(Date.now() - began).toBeLessThan(10_000);
	});

	test('with Verify off nothing is read, and nothing is called verified', async () => {
		const trusting = await active({ options: { verify: false } });
		const { item } = await trusting.receive({ ...payload(run()), verified: true });
		expect(item).toMatchObject({ verified: false });
		expect(fake.counts.getRun).toBe(0);
	});
});

describe('what is not wanted', () => {
	test.each<[string, Record<string, unknown>]>([
		['an event that is not chosen', { type: 'workflowRun.started' }],
		['an event that nobody knows', { type: 'workflowRun.paused' }],
		['no event', { type: undefined }],
		['an event in a list', { type: ['workflowRun.completed'] }],
		['no id', { id: undefined, workflowRunId: undefined }],
		['ids that are no text', { id: { a: 1 }, workflowRunId: 7 }],
		['ids that no path can hold', { id: '..', workflowRunId: '\ud800' }],
		['an endless id', { id: 'x'.repeat(1e6), workflowRunId: '' }],
	])('%s is answered 200 at once and starts nothing', async (_, change) => {
		for (const verify of [true, false]) {
			instance.parameters = { events: ['workflowRun.completed'], options: { verify } };
			const { status, item, reason } = await instance.receive({ ...payload(run()), ...change });
			expect({ status, item }).toEqual({ status: 200, item: undefined });
			expect(reason).toMatch(/^Ignored: /);
		}
		expect(fake.counts.getRun).toBe(0);
	});

	test('runs from the editor are left out when they are not to be included', async () => {
		const record = run({ metadata: { webapp: true } });
		expect((await instance.receive(payload(record))).item).toMatchObject({ verified: true });
		for (const verify of [true, false]) {
			const strict = await active({ options: { includeEditorRuns: false, verify } });
			expect((await strict.receive(payload(record))).item).toBeUndefined();
			expect((await strict.receive(payload(run()))).item).toBeDefined();
		}
	});
});

describe('the same event of the same run', () => {
	test('starts one execution, also when it comes again after a restart', async () => {
		const record = run();
		expect((await instance.receive(payload(record))).item).toBeDefined();
		const again = await instance.receive(payload(record));
		expect(again).toMatchObject({ status: 200, reason: expect.stringMatching(/duplicate event/) });
		expect(again.item).toBeUndefined();
		expect(fake.counts.getRun).toBe(1);

		const restarted = afterRestart();
		expect((await restarted.receive(payload(record))).item).toBeUndefined();
	});

	test('starts one execution, also when it comes twice at the same moment', async () => {
		fake.set({ latencyMs: 50 });
		const body = payload(run());
		const both = await Promise.all([instance.receive(body), instance.receive(body)]);
		expect(both.filter(({ item }) => item)).toHaveLength(1);
		expect(both.map(({ status }) => status)).toEqual([200, 200]);
	});

	test('is known after a restart, although n8n saves what the last of ten deliveries at a time leaves', async () => {
		const bodies = Array.from({ length: 40 }, () => payload(run()));
		for (let from = 0; from < bodies.length; from += 10) {
			await Promise.all(
				bodies.slice(from, from + 10).map(async (body) => await instance.receive(body)),
			);
		}
		const restarted = afterRestart();
		for (const body of bodies) expect((await restarted.receive(body)).item).toBeUndefined();
	});

	test('shares the verdict while the first is being checked: nothing is lost when it is not confirmed, and nothing stays pending', async () => {
		fake.set({ latencyMs: 50, notFoundForMs: 60_000, durationMs: 0 });
		const id = startRun();
		const body = { ...payload(id), workflowId: 'WCFG-1' };
		const both = await Promise.all([instance.receive(body), instance.receive(body)]);
		expect(both.map(({ reason }) => reason)).toEqual([both[0].reason, both[0].reason]);
		expect(both[0].reason).toMatch(/didn't confirm the event yet/);
		// No more calls than one delivery needs.
		expect(fake.counts.getRun).toBeLessThanOrEqual(5);
		fake.set({ notFoundForMs: 0 });
		expect((await instance.receive(body)).item).toMatchObject({ id });
	});

	test('does not prevent another event, or another run', async () => {
		const record = run();
		expect((await instance.receive(payload(record))).item).toBeDefined();
		expect((await instance.receive(payload(record, 'workflowRun.started'))).item).toBeDefined();
		expect((await instance.receive(payload(run()))).item).toBeDefined();
	});

	test('is not taken for known when it started nothing', async () => {
		fake.set({ notFoundForMs: 60_000, durationMs: 0 });
		const id = startRun();
		const body = { ...payload(id), workflowId: 'WCFG-1' };
		expect((await instance.receive(body)).item).toBeUndefined();
		fake.set({ notFoundForMs: 0 });
		expect((await instance.receive(body)).item).toMatchObject({ id });
	});

	test('is known among the newest thousand; static data does not grow beyond that', async () => {
		const trusting = await active({ options: { verify: false } });
		const body = (n: number) => ({ ...payload(`WRUN-${n}`), workflowId: 'WCFG-1' });
		for (let n = 0; n <= MAX_SEEN; n++) {
			expect((await trusting.receive(body(n))).item).toBeDefined();
		}
		expect(trusting.state.seen).toHaveLength(MAX_SEEN);
		expect(JSON.stringify(trusting.staticData).length).toBeLessThan(20_000);
		expect((await trusting.receive(body(1))).item).toBeUndefined();
		expect((await trusting.receive(body(0))).item).toBeDefined();
	});
});

describe('n8n’s log', () => {
	test('has one line for each ignored delivery, with its reason', async () => {
		const record = run({ metadata: { webapp: true } });
		const strict = await active({
			events: ['workflowRun.completed'],
			options: { includeEditorRuns: false },
		});
		const twice = payload(run());
		const cases: Array<[unknown, RegExp]> = [
			['nonsense', /a delivery: not a Copy.ai event/],
			[{ type: 'workflowRun.completed' }, /workflowRun.completed without a run ID/],
			[payload(run(), 'workflowRun.started'), /workflowRun.started is not selected/],
			[{ ...payload(run()), workflowId: 'WCFG-2' }, /belongs to another workflow/],
			[payload(run({ status: 'FAILED' })), /didn't confirm the event: run .* FAILED/],
			[payload(record), /started in the Copy.ai editor/],
		];
		for (const [body, line] of cases) {
			strict.log.length = 0;
			expect((await strict.receive(body)).item).toBeUndefined();
			expect(strict.log).toEqual([
				expect.stringMatching(/^info Copy.ai Trigger "Copy.ai Trigger" ignored /),
			]);
			expect(strict.log[0]).toMatch(line);
		}
		await strict.receive(twice);
		strict.log.length = 0;
		await strict.receive(twice);
		expect(strict.log).toEqual([expect.stringMatching(/^info .*duplicate event/)]);
		strict.log.length = 0;
		await strict.receive(twice, { token: 'wrong' });
		expect(strict.log).toEqual([expect.stringMatching(/^info .*secret/)]);
	});

	test('holds no line break and no secret of a delivery', async () => {
		const id = `WRUN-1\nerror a line of its own ${instance.token}`;
		await instance.receive({ ...payload(id), workflowId: 'WCFG-1' });
		expect(instance.log).toHaveLength(1);
		expect(instance.log[0]).not.toContain('\n');
		expect(instance.log[0]).not.toContain(instance.token);
	});
});

test('the secret gets into no item, wherever Copy.ai echoes it', async () => {
	const { token } = instance;
	const echo = { url: `https://n8n/?token=${token}`, [token]: [encodeURIComponent(token)] };
	const record = run({ output: { echo }, metadata: echo });
	const trusting = await active({ options: { verify: false } });
	const bodies = [payload(record), { ...payload(run()), echo }, { type: events[3], echo }];
	for (const to of [instance, trusting]) {
		for (const body of bodies) {
			const text = JSON.stringify(body).replaceAll(token, to.token);
			const { item } = await to.receive(JSON.parse(text));
			expect(item).toBeDefined();
			if (to === trusting) expect(text).toContain(to.token);
			expect(JSON.stringify(item)).not.toContain(to.token);
		}
	}
});

describe('odd bodies', () => {
	const nested = (depth: number, open = '{"a":', close = '}') =>
		JSON.parse(`${open.repeat(depth)}1${close.repeat(depth)}`) as unknown;

	test.each<[string, () => unknown]>([
		['6 MB of text', () => 'x'.repeat(6e6)],
		['6 MB of lists', () => JSON.parse(`[${'[],'.repeat(2e6)}[]]`) as unknown],
		['objects nested 200,000 deep', () => nested(200_000)],
		['lists nested 200,000 deep', () => nested(200_000, '[', ']')],
		[
			'a right one that holds objects nested 200,000 deep',
			() => ({ ...payload(run()), output: nested(200_000) }),
		],
		['a credit limit nested deep', () => ({ type: events[3], a: nested(200_000) })],
		['nothing', () => undefined],
		['null', () => null],
		['a number', () => 7],
		['a list', () => [payload(run())]],
		['broken JSON as text', () => '{"type":'],
	])('%s starts nothing and throws nothing', async (_, body) => {
		for (const verify of [true, false]) {
			const other = await active({ options: { verify } });
			const { status, item } = await other.receive(body());
			expect({ status, item }).toEqual({ status: 200, item: undefined });
		}
	});

	test('6 MB of outputs go through', async () => {
		const trusting = await active({ options: { verify: false } });
		const text = 'x'.repeat(6e6);
		const { item } = await trusting.receive({ ...payload(run()), output: { text } });
		expect(item).toMatchObject({ output: { text } });
	});

	test('keys that mean something to JavaScript do nothing, and no error gets in', async () => {
		const trusting = await active({ options: { verify: false } });
		for (const type of ['workflowRun.completed', 'workflowCreditLimit.reached']) {
			const body = JSON.parse(
				`{"type":"${type}","id":"WRUN-1","__proto__":{"error":"x","polluted":1},"constructor":{"a":1},"error":null,"hasOwnProperty":1}`,
			) as unknown;
			const { item } = await trusting.receive(body);
			expect(Object.getPrototypeOf(item)).toBe(Object.prototype);
			expect(Object.keys(item!)).not.toEqual(expect.arrayContaining(['__proto__']));
			expect('error' in item!).toBe(false);
			expect(({} as Record<string, unknown>).polluted).toBeUndefined();
		}
	});
});

test('over HTTP: runs of Copy.ai start one execution each, doubled deliveries and all', async () => {
	await instance.deactivate();
	const n8n = await listenFor(() => live);
	const live: Instance = new Instance(fake, { parameters: { events }, publicUrl: n8n.url });
	await live.activate();
	fake.set({ durationMs: 100, deliveries: { copies: 2, delayMs: [0, 50] } });
	fake.webhooks.forEach(({ url }) => expect(url.startsWith(n8n.url)).toBe(true));
	const ids = [startRun(), startRun(), startRun()];
	await new Promise((resolve) => setTimeout(resolve, 1500));
	await n8n.close();
	const items = n8n.results.flatMap(({ item }) => (item ? [item] : []));
	for (const event of ['workflowRun.started', 'workflowRun.completed']) {
		const of = items.filter((item) => item.event === event).map(({ id }) => id);
		expect(new Set(of)).toEqual(new Set(ids));
	}
	expect(items.every(({ verified }) => verified)).toBe(true);
	expect(fake.deliveries.every(({ status }) => status === 200)).toBe(true);
});

/** The same trigger in a new process: it knows what static data holds, and nothing else. */
function afterRestart(): Instance {
	const restarted = new Instance(fake, { parameters: instance.parameters });
	// The process remembers by the secret.
	const salt = `another salt ${restarts++}`;
	const tokenDigest = digestToken(deriveToken(salt, fake.settings.apiKey));
	expect(instance.state).toMatchObject({ salt: expect.anything(), tokenDigest: expect.anything() });
	restarted.staticData = {
		[`node:${instance.nodeName}`]: { ...instance.state, salt, tokenDigest },
	};
	return restarted;
}
let restarts = 0;

/** Starts a run over the API and returns its id. */
function startRun(): string {
	fake.service.answer({
		method: 'POST',
		path: '/api/workflow/WCFG-1/run',
		headers: { 'x-copy-ai-api-key': fake.settings.apiKey },
		body: { startVariables: { 'Input 1': 'lamp' } },
	});
	return fake.runs.at(-1)!.id;
}
