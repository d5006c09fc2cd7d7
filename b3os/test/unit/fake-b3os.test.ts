import { FakeService, type SettingsPatch } from '../fakes/b3os';

let now = Date.UTC(2026, 0, 1);
const fakeWith = (settings: SettingsPatch = {}) => new FakeService(settings, () => now);

/** Status and JSON body of a call; the body as text where it is none. */
function call(fake: FakeService, method: string, target: string, body?: object, headers = {}) {
	const { pathname: path, searchParams } = new URL(target, 'http://fake');
	const answer = fake.answer({
		method,
		path,
		query: Object.fromEntries(searchParams),
		headers: { Authorization: 'Bearer b3sk_fake_key', ...headers },
		body: body && JSON.stringify(body),
	});
	if (!('body' in answer)) return { status: 0, body: {} as Record<string, unknown>, text: '' };
	const isJson = answer.body.startsWith('{');
	const parsed = (isJson ? JSON.parse(answer.body) : {}) as Record<string, unknown>;
	return { status: answer.status, body: parsed, text: answer.body };
}

const start = (fake: FakeService, body?: object, workflow = 'wf_swap') =>
	call(fake, 'POST', `/v1/workflows/${workflow}/run`, body);

test('a run ID is good for one run: the second start is 400079 and makes none', () => {
	const fake = fakeWith();
	expect(start(fake, { runId: 'run_a' })).toMatchObject({
		status: 200,
		body: { data: { runId: 'run_a' } },
	});
	expect(start(fake, { runId: 'run_a' })).toMatchObject({ status: 400, body: { code: 400079 } });
	expect(start(fake, { runId: 'a' })).toMatchObject({ status: 400, body: { code: 400078 } });
	expect(fake.runs).toHaveLength(1);
});

test('an empty body starts a run under an ID of the service', () => {
	expect(start(fakeWith()).body.data).toEqual({ runId: expect.stringMatching(/^run_/) });
});

test.each<[what: string, body: object, status: number]>([
	['simulate and dustTest', { simulate: true, dustTest: true }, 400],
	['a payload that is a list', { payload: [] }, 400],
	['a simulation', { simulate: true }, 200],
	['a dust test', { dustTest: true }, 200],
])('%s is answered %i', (_, body, status) => {
	expect(start(fakeWith(), body).status).toBe(status);
});

test.each([
	['wf_swap', 200],
	['wf_draft', 200],
	['wf_paused', 200],
	['wf_archived', 400],
	['wf_none', 404],
])('a start of %s is answered %i', (workflow, status) => {
	expect(start(fakeWith(), {}, workflow).status).toBe(status);
});

test('without a version an open draft runs', () => {
	const fake = fakeWith();
	start(fake, {}, 'wf_report');
	start(fake, { version: 3 }, 'wf_report');
	start(fake, {}, 'wf_swap');
	expect(fake.runs.map(({ version }) => version)).toEqual([4, 3, 3]);
});

test('a run is running, waiting and over; a summary is light', () => {
	const fake = fakeWith({ durationMs: 1000 });
	start(fake, { runId: 'run_a', payload: { x: 1 } });
	const read = (query = '') => call(fake, 'GET', `/v1/runs/run_a${query}`).body.data as object;
	expect(read()).toMatchObject({ status: 'running', finishedAt: null });
	now += 600;
	expect(read()).toMatchObject({ status: 'waiting' });
	now += 600;
	expect(read()).toMatchObject({
		status: 'success',
		executionState: { root: { result: { x: 1 } }, quote: { result: { price: 42 } } },
	});
	expect(read('?summary=true')).not.toHaveProperty('executionState');
	expect(call(fake, 'POST', '/v1/runs/run_a/cancel').status).toBe(409);
});

test('a run under way can be cancelled, an unknown one not', () => {
	const fake = fakeWith();
	start(fake, { runId: 'run_a' });
	expect(call(fake, 'POST', '/v1/runs/run_a/cancel').body.data).toMatchObject({
		status: 'cancelled',
	});
	expect(call(fake, 'POST', '/v1/runs/run_b/cancel').status).toBe(404);
});

test('lists have at most 100 entries, no total, and say whether there is more', () => {
	const fake = fakeWith();
	fake.seedRuns(Array.from({ length: 130 }, (_, n) => ({ startedAt: n })));
	const list = (query: string) =>
		call(fake, 'GET', `/v1/workflows/wf_swap/runs?${query}`).body.data as Record<string, unknown>;
	expect((list('').items as unknown[]).length).toBe(20);
	expect((list('limit=500').items as unknown[]).length).toBe(100);
	const rest = list('limit=100&offset=100');
	expect(rest).toMatchObject({ limit: 100, offset: 100, hasMore: false });
	expect(rest.items).toHaveLength(30);
	expect('total' in rest).toBe(false);
});

test('good answers take turns between the codes 200 and 0', () => {
	const fake = fakeWith();
	const codes = [1, 2].map(() => call(fake, 'GET', '/v1/organizations').body.code);
	expect(codes).toEqual([200, 0]);
});

test.each<[settings: SettingsPatch, status: number]>([
	[{ apiKey: 'another' }, 401],
	[{ computeUsedUp: true }, 402],
	[{ scope: 'read' }, 403],
	[{ organizationId: 'org_x' }, 403],
])('with %j a start is answered %i, as JSON, HTML or empty', (settings, status) => {
	expect(start(fakeWith(settings)).body).toMatchObject({
		code: expect.any(Number),
		message: expect.any(String),
		requestId: expect.any(String),
	});
	expect(start(fakeWith({ ...settings, refusalForm: 'html' })).text).toContain('<html>');
	expect(start(fakeWith({ ...settings, refusalForm: 'empty' }))).toMatchObject({
		status,
		text: '',
	});
});

test('faults hit whom they are meant for, before or after the work', () => {
	const fake = fakeWith({
		faults: [
			{ kind: 'resetAfter', on: ['startRun'], payloadContains: 'hit', times: 1 },
			{ kind: 'serverErrorBefore', on: ['startRun'], skip: 1, times: 1 },
		],
	});
	expect(start(fake, { payload: { a: 'hit' } }).status).toBe(0);
	expect(start(fake).status).toBe(200);
	expect(start(fake).status).toBe(500);
	expect(fake.runs).toHaveLength(2);
});

test('a misspelt setting is an error', () => {
	expect(() => fakeWith({ durationMS: 1 } as SettingsPatch)).toThrow('durationMS');
});

/** Where sources contradict each other, the fake can be either. */
describe('where the sources contradict each other', () => {
	test.each<[settings: SettingsPatch, status: number, code: number | undefined]>([
		[{ duplicateStart: 'documented' }, 400, 400079],
		[{ duplicateStart: 'otherCode' }, 400, 400999],
		[{ duplicateStart: 'conflict' }, 409, 409001],
	])('a second start with %j is answered %i', (settings, status, code) => {
		const fake = fakeWith(settings);
		start(fake, { runId: 'run_a' });
		expect(start(fake, { runId: 'run_a' })).toMatchObject({ status, body: { code } });
		expect(fake.runs).toHaveLength(1);
	});

	test('a second start may make a second run, under another ID', () => {
		const fake = fakeWith({ duplicateStart: 'secondRun' });
		start(fake, { runId: 'run_a' });
		expect(start(fake, { runId: 'run_a' }).body.data).not.toEqual({ runId: 'run_a' });
		expect(fake.runs).toHaveLength(2);
	});

	test.each([
		['notArchived', 200],
		['activeOnly', 400],
	] as const)('a draft is run as %s allows: %i', (runnable, status) => {
		expect(start(fakeWith({ runnable }), {}, 'wf_draft').status).toBe(status);
	});

	test.each([
		['failedOrCancelled', 200],
		['failedOnly', 409],
	] as const)('a cancelled run is retried as %s allows: %i', (retryable, status) => {
		const fake = fakeWith({ retryable });
		const [failed, cancelled] = fake.seedRuns([{ status: 'failure' }, { status: 'cancelled' }]);
		expect(call(fake, 'POST', `/v1/runs/${failed.id}/retry`).status).toBe(200);
		expect(call(fake, 'POST', `/v1/runs/${cancelled.id}/retry`).status).toBe(status);
	});

	test.each(['id', 'runId'] as const)('a retry names the new run in %s', (retryAnswer) => {
		const fake = fakeWith({ retryAnswer });
		const [{ id }] = fake.seedRuns([{ status: 'failure' }]);
		const { data } = call(fake, 'POST', `/v1/runs/${id}/retry`).body;
		expect(data).toEqual({ [retryAnswer]: fake.runs[1].id });
		expect(fake.runs[1].sourceRunId).toBe(id);
	});

	test.each([
		['result', { x: 1 }],
		['body', { body: { x: 1 }, headers: {} }],
	] as const)("the payload is in the trigger's %s", (payloadAt, result) => {
		const fake = fakeWith({ payloadAt });
		start(fake, { runId: 'run_a', payload: { x: 1 } });
		expect(call(fake, 'GET', '/v1/runs/run_a').body.data).toMatchObject({
			executionState: { root: { result } },
		});
	});

	test('an answer has the new envelope, or the old one', () => {
		expect(call(fakeWith(), 'GET', '/v1/organizations').body).toHaveProperty('requestId');
		const old = fakeWith({ envelope: 'old' });
		expect(call(old, 'GET', '/v1/organizations').body).toMatchObject({ success: true });
		expect(start(old, {}, 'wf_none').body).toMatchObject({
			success: false,
			error: { message: 'Workflow not found' },
		});
	});

	test('an organization has to be named, or not', () => {
		const fake = fakeWith({ organizationId: 'org_x' });
		expect(call(fake, 'GET', '/v1/runs', undefined, { 'X-Org-ID': 'org_x' }).status).toBe(200);
		expect(call(fake, 'GET', '/v1/runs').status).toBe(403);
	});

	test('a list is filtered by status, or it is not', () => {
		const counts = [false, true].map((statusFilterIgnored) => {
			const fake = fakeWith({ statusFilterIgnored });
			fake.seedRuns([{ status: 'failure' }, { status: 'success' }]);
			const { data } = call(fake, 'GET', '/v1/runs?status=failure').body;
			return (data as { items: unknown[] }).items.length;
		});
		expect(counts).toEqual([1, 2]);
	});
});

test('runs of all workflows come with the name of theirs, and without state', () => {
	const fake = fakeWith();
	fake.seedRuns([{}]);
	const { items } = call(fake, 'GET', '/v1/runs').body.data as { items: object[] };
	expect(items[0]).toMatchObject({ workflowId: 'wf_swap', workflowName: 'The workflow swap' });
	expect(items[0]).not.toHaveProperty('executionState');
});

test('recent activity has the reason of a failure, for keys that may read it', () => {
	const fake = fakeWith();
	fake.seedRuns([{ status: 'failure' }, { status: 'success' }]);
	const ask = () => call(fake, 'GET', '/v1/metrics/recent-activity?status=failure&limit=100');
	expect(ask().body.data).toEqual([
		{
			runId: fake.runs[0].id,
			workflowId: 'wf_swap',
			workflowName: 'The workflow swap',
			status: 'failure',
			startedAt: expect.any(String),
			finishedAt: expect.any(String),
			durationMs: 0,
			error: 'insufficient funds',
		},
	]);
	fake.set({ statsDenied: true });
	expect(ask().status).toBe(403);
});

test('nodes that have not begun are scheduled, auto_swapping or pending', () => {
	const fake = fakeWith({ durationMs: 1000 });
	start(fake, { runId: 'run_a' });
	const swap = () =>
		(call(fake, 'GET', '/v1/runs/run_a').body.data as { executionState: { swap: object } })
			.executionState.swap;
	expect(swap()).toMatchObject({ status: 'scheduled' });
	now += 600;
	expect(swap()).toMatchObject({ status: 'auto_swapping' });
	call(fake, 'POST', '/v1/runs/run_a/cancel');
	expect(swap()).toMatchObject({ status: 'pending' });
});

test('a simulation has its forks', () => {
	const fake = fakeWith();
	start(fake, { runId: 'run_a', simulate: true });
	expect(call(fake, 'GET', '/v1/runs/run_a?summary=true').body.data).toMatchObject({
		isSimulation: true,
		simulationMode: expect.any(String),
		simulationForks: [{ chainId: expect.any(Number), rpcUrl: expect.any(String) }],
	});
});
