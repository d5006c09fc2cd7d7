/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type {
	Endpoint,
	FakeCopyAi,
	FakeService,
	FaultKind,
	FaultRule,
	RunRecord,
	SettingsPatch,
} from '../fakes/copyAi';
import { createService, deliveryPayload, startFakeCopyAi, targetOf } from '../fakes/copyAi';

type Fields = Record<string, unknown>;

const WORKFLOW = 'WCFG-11111111-1111-4111-8111-111111111111';
const RUNS = `/workflow/${WORKFLOW}/run`;
const STARTED = { startVariables: { 'Input 1': 'hello' } };
const NOON = Date.UTC(2025, 5, 1, 12);

/** A service on a clock that the test moves, and a call that reads its answers. */
function serviceAt(settings: SettingsPatch = {}) {
	const clock = { now: NOON };
	const service = createService(settings, { now: () => clock.now });
	const send = (method: string, target: string, body?: unknown, key = 'fake-key') =>
		service.answer({
			method,
			...targetOf(`/api${target}`),
			headers: { 'X-Copy-Ai-Api-Key': key },
			body,
		});
	const call = (method: string, target: string, body?: unknown, key?: string) => {
		const answer = send(method, target, body, key);
		if (answer.fault !== undefined) throw new Error(`No whole answer: ${answer.fault}`);
		return {
			status: answer.status,
			type: answer.headers['content-type'],
			headers: answer.headers,
			text: answer.body,
			get json() {
				return JSON.parse(answer.body) as Fields;
			},
		};
	};
	const start = (startVariables: Fields = STARTED.startVariables, metadata?: Fields) => {
		const { data } = call('POST', RUNS, { startVariables, metadata }).json as { data: Fields };
		return String(data.id);
	};
	const read = (id: string) => {
		const { data } = call('GET', `${RUNS}/${id}`).json as { data: Fields };
		return data;
	};
	const list = (query = '') => {
		const { data } = call('GET', `${RUNS}${query}`).json as {
			data: { total: unknown; data: Fields[] };
		};
		return data;
	};
	return { clock, service, send, call, start, read, list };
}

function seedMany(service: FakeService, count: number): string[] {
	const seeds = Array.from({ length: count }, (_, i) => ({
		workflowId: WORKFLOW,
		createdAt: NOON - count + i,
	}));
	return service.seedRuns(seeds).map(({ id }) => id);
}

describe('Starting a run', () => {
	it('answers 200 with the id alone, and keeps input and metadata as they came', () => {
		const { call, service } = serviceAt();
		const input = { 'Input 1': 'a', 'größe-💡': '→ 日本語 "x"\n' };
		const answer = call(
			'POST',
			RUNS,
			JSON.stringify({ startVariables: input, metadata: { n: 1 } }),
		);

		expect(answer.status).toBe(200);
		expect(answer.json).toEqual({ status: 'success', data: { id: expect.any(String) as string } });
		const [run] = service.runs;
		expect(run.id).toMatch(/^WRUN-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
		expect(run).toMatchObject({
			workflowId: WORKFLOW,
			input,
			metadata: { n: 1 },
			startedAt: NOON,
			endsAt: NOON + 1000,
			end: 'COMPLETE',
		});
	});

	it.each([
		['missing', {}],
		['a list', { startVariables: [] }],
		['null', { startVariables: null }],
		['a text', { startVariables: 'x' }],
		['without any body', undefined],
	])('refuses startVariables that are %s with 422 and details', (_, body) => {
		const { call, service } = serviceAt();
		const answer = call('POST', RUNS, body);
		expect(answer.status).toBe(422);
		expect(answer.json).toEqual({
			status: 'error',
			errorCode: 'REQUEST_INVALID',
			details: { startVariables: ['Must be an object'] },
		});
		expect(service.runs).toHaveLength(0);
	});

	it('refuses metadata that is no object with 422', () => {
		const { call } = serviceAt();
		expect(call('POST', RUNS, { ...STARTED, metadata: 'x' })).toMatchObject({ status: 422 });
	});

	it('answers broken JSON with 400 {}', () => {
		const { call, service } = serviceAt();
		expect(call('POST', RUNS, '{"startVariables":')).toMatchObject({ status: 400, text: '{}' });
		expect(service.runs).toHaveLength(0);
	});

	it.each<[SettingsPatch, number, Fields]>([
		[
			{ refuseStarts: 'creditLimit' },
			400,
			{ status: 'error', errorCode: 'WORKFLOW_CREDIT_LIMIT_REACHED' },
		],
		[{ refuseStarts: 'empty400' }, 400, {}],
		[
			{ invalid: { 'Input 1': ['Required'] } },
			422,
			{ status: 'error', errorCode: 'REQUEST_INVALID', details: { 'Input 1': ['Required'] } },
		],
	])('refuses starts under %j and makes no run', (settings, status, body) => {
		const { call, service } = serviceAt(settings);
		const answer = call('POST', RUNS, STARTED);
		expect([answer.status, answer.json]).toEqual([status, body]);
		expect(service.runs).toHaveLength(0);
	});

	it('answers 404 for a workflow that is not there', () => {
		const any = serviceAt();
		expect(any.call('POST', '/workflow/WCFG-missing/run', STARTED).json).toEqual({
			status: 'error',
			errorCode: 'NOT_FOUND',
		});
		const listed = serviceAt({ workflows: ['PKGW-1'] });
		expect(listed.call('POST', '/workflow/PKGW-1/run', STARTED).status).toBe(200);
		expect(listed.call('POST', RUNS, STARTED).status).toBe(404);
	});

	it('decodes ids in the path', () => {
		const { call, service } = serviceAt({ workflows: ['a b/ü'] });
		expect(call('POST', '/workflow/a%20b%2F%C3%BC/run', STARTED).status).toBe(200);
		expect(service.runs[0].workflowId).toBe('a b/ü');
		expect(call('POST', '/workflow/%E0%A4%A/run', STARTED).status).toBe(404);
	});
});

describe('Reading a run', () => {
	it('shows every field, with output {} before the end and outputs and credits after it', () => {
		const { clock, start, read } = serviceAt();
		const id = start({ 'Input 1': 'hello' });
		const early = {
			id,
			workflowRunId: id,
			workflowId: WORKFLOW,
			status: 'NEW',
			input: { 'Input 1': 'hello' },
			output: {},
			metadata: null,
			createdAt: '2025-06-01T12:00:00.000Z',
			credits: 0,
			error: null,
			toolKey: null,
		};
		expect(read(id)).toEqual(early);
		clock.now += 1000;
		const output = { text: 'Made from: hello' };
		expect(read(id)).toEqual({ ...early, status: 'COMPLETE', output, credits: 2 });
	});

	it('moves through the statuses with time, RETRYING only when asked for', () => {
		const statuses = (settings: SettingsPatch) => {
			const { clock, start, read } = serviceAt(settings);
			const id = start();
			const seen = new Set<unknown>();
			for (; clock.now <= NOON + 1000; clock.now += 10) seen.add(read(id).status);
			return [...seen];
		};
		expect(statuses({})).toEqual(['NEW', 'WAITING', 'PROCESSING', 'COMPLETE']);
		expect(statuses({ retrying: true, runRules: [{ end: 'FAILED' }] })).toEqual([
			'NEW',
			'WAITING',
			'PROCESSING',
			'RETRYING',
			'FAILED',
		]);
	});

	it.each([['a text'], [{ code: 7, message: 'an object' }]])(
		'shows error %j on FAILED only, without outputs',
		(error) => {
			const { clock, start, read } = serviceAt({ runRules: [{ end: 'FAILED', error }] });
			const id = start();
			expect(read(id).error).toBeNull();
			clock.now += 1000;
			expect(read(id)).toMatchObject({ status: 'FAILED', error, output: {} });
		},
	);

	it('never ends a run that is to run for ever', () => {
		const { clock, start, read, service } = serviceAt({ runRules: [{ end: 'never' }] });
		const id = start();
		clock.now += 1e12;
		expect(read(id).status).toBe('PROCESSING');
		expect(service.runs[0].endsAt).toBe(Infinity);
		expect(service.lastRunEnd()).toBe(0);
	});

	it('draws durations from a range, the same ones for the same seed', () => {
		const durations = (seed: number) => {
			const { service, start } = serviceAt({ durationMs: [100, 200], seed });
			for (let i = 0; i < 50; i += 1) start();
			return service.runs.map(({ endsAt, startedAt }) => endsAt - startedAt);
		};
		expect(durations(1)).toEqual(durations(1));
		expect(durations(1)).not.toEqual(durations(2));
		expect(Math.min(...durations(1))).toBeGreaterThanOrEqual(100);
		expect(Math.max(...durations(1))).toBeLessThanOrEqual(200);
		expect(new Set(durations(1)).size).toBeGreaterThan(20);
	});

	it('uses the first run rule that matches the input, as often as it says', () => {
		const { service, start } = serviceAt({
			runRules: [
				{ inputContains: '"Input 1":"bad', times: 2, end: 'FAILED', durationMs: 5 },
				{ inputContains: 'bad', end: 'never' },
			],
		});
		for (const text of ['bad 1', 'good', 'bad 2', 'bad 3']) start({ 'Input 1': text });
		expect(service.runs.map(({ end }) => end)).toEqual(['FAILED', 'COMPLETE', 'FAILED', 'never']);
		expect(service.runs[0].endsAt).toBe(NOON + 5);
	});

	it.each<[SettingsPatch['outputForm'], unknown]>([
		['text', 'Made from: hello'],
		['jsonText', '{"text":"Made from: hello","sources":["hello"]}'],
		['array', ['Made from: hello', 'hello']],
		['object', { text: 'Made from: hello', sources: ['hello'] }],
		['empty', ''],
	])('gives the output as %s under its name', (outputForm, value) => {
		const { clock, start, read } = serviceAt({ outputForm, outputName: 'Ausgabe ü' });
		const id = start();
		clock.now += 1000;
		expect(read(id).output).toEqual({ 'Ausgabe ü': value });
	});

	it('can end without outputs, or with those of a rule', () => {
		const { clock, start, read } = serviceAt({
			outputForm: 'none',
			runRules: [{ inputContains: 'own', output: { '💡 idea': ['日本'] } }],
		});
		const [plain, own] = [start(), start({ a: 'own' })];
		clock.now += 1000;
		expect(read(plain)).toMatchObject({ status: 'COMPLETE' });
		expect(read(plain).output).toEqual({});
		expect(read(own).output).toEqual({ '💡 idea': ['日本'] });
	});

	it('can show a part of the output before the end', () => {
		const { clock, start, read } = serviceAt({ partialOutput: true });
		const id = start();
		expect(read(id).output).toEqual({});
		clock.now += 500;
		expect(read(id)).toMatchObject({ status: 'PROCESSING', output: { text: 'Made fro' } });
	});

	it.each<[SettingsPatch, Fields, string[]]>([
		[{ numbersAsStrings: true }, { credits: '2' }, []],
		[{ milliseconds: false }, { createdAt: '2025-06-01T12:00:00Z' }, []],
		[{ outputKey: 'result' }, { result: { text: 'Made from: hello' } }, ['output']],
		[
			{ outputKey: 'both' },
			{ output: { text: 'Made from: hello' }, result: { text: 'Made from: hello' } },
			[],
		],
		[{ runIdKey: 'id' }, { id: expect.any(String) }, ['workflowRunId']],
		[{ runIdKey: 'workflowRunId' }, { workflowRunId: expect.any(String) }, ['id']],
		[{ omits: ['metadata', 'status'] }, {}, ['metadata', 'status']],
		[{ runRules: [{ fields: { status: 'PAUSED' } }] }, { status: 'PAUSED' }, []],
	])('shows runs in the form of %j', (settings, present, absent) => {
		const { clock, start, read, list } = serviceAt(settings);
		const id = start();
		clock.now += 1000;
		for (const run of [read(id), list().data[0]]) {
			expect(run).toMatchObject(present);
			for (const name of absent) expect(run).not.toHaveProperty(name);
		}
	});

	it('answers 404 for unknown runs and for runs of other workflows, as JSON or as text', () => {
		const { call, service, start } = serviceAt();
		const id = start();
		for (const path of [`${RUNS}/WRUN-x`, `/workflow/WCFG-2/run/${id}`]) {
			expect(call('GET', path)).toMatchObject({ status: 404, type: /json/ });
		}
		service.set({ notFoundForm: 'text' });
		const answer = call('GET', `${RUNS}/WRUN-x`);
		expect(answer.type).toMatch('text/plain');
		expect(answer.json).toEqual({ status: 'error', errorCode: 'NOT_FOUND' });
	});

	it('can hide a new run from reads and from lists, each for its time', () => {
		const { call, clock, start, list, service } = serviceAt({
			notFoundForMs: 300,
			unlistedForMs: 500,
			durationMs: 9000,
		});
		const [old] = seedMany(service, 1);
		clock.now += 1000;
		const id = start();
		const shown = () => [
			call('GET', `${RUNS}/${id}`).status,
			list().data.map((run) => run.id),
			list().total,
		];
		expect(shown()).toEqual([404, [old], 1]);
		clock.now += 299;
		expect(shown()).toEqual([404, [old], 1]);
		clock.now += 1;
		expect(shown()).toEqual([200, [old], 1]);
		clock.now += 200;
		expect(shown()).toEqual([200, [id, old], 2]);
	});
});

describe('Listing runs', () => {
	it('counts pages from 1, newest first, ten by default, with data twice', () => {
		const { call, list, service } = serviceAt();
		const ids = seedMany(service, 25).reverse();
		expect(call('GET', RUNS).json).toMatchObject({ status: 'success', data: { total: 25 } });
		const page = (query: string) => list(query).data.map((run) => run.id);
		expect(page('')).toEqual(ids.slice(0, 10));
		expect(page('?page=1')).toEqual(ids.slice(0, 10));
		expect(page('?page=3')).toEqual(ids.slice(20));
		expect(page('?page=4')).toEqual([]);
		expect(page('?size=7&page=2')).toEqual(ids.slice(7, 14));
		expect(page('/?size=7&page=2')).toEqual(ids.slice(7, 14));
	});

	it('gives 100 at most, and ten for a size that is none', () => {
		const { list, service } = serviceAt();
		seedMany(service, 130);
		expect(list('?size=1000').data).toHaveLength(100);
		expect(list('?size=1000&page=2').data).toHaveLength(30);
		expect(list('?size=x').data).toHaveLength(10);
	});

	it('keeps workflows apart and orders by creation, not by arrival', () => {
		const { list, service, start } = serviceAt();
		const id = start();
		const [older, newer] = service.seedRuns([
			{ workflowId: WORKFLOW, createdAt: NOON - 5 },
			{ workflowId: WORKFLOW, createdAt: '2025-06-01T13:00:00Z' },
			{ workflowId: 'WCFG-2' },
		]);
		expect(list().data.map((run) => run.id)).toEqual([newer.id, id, older.id]);
	});

	it('can omit fields in lists alone, and say a wrong total or one in a text', () => {
		const { list, read, service, start } = serviceAt({
			listOmits: ['output', 'status'],
			totalOffset: 5,
			numbersAsStrings: true,
		});
		const id = start();
		expect(list().total).toBe('6');
		expect(Object.keys(list().data[0])).not.toEqual(expect.arrayContaining(['output']));
		expect(list().data[0]).not.toHaveProperty('status');
		expect(read(id)).toMatchObject({ output: {}, status: 'NEW' });
		service.set({ numbersAsStrings: false });
		expect(list().total).toBe(6);
	});

	it('shows seeded runs as they were put in, also with a status that nobody knows', () => {
		const { clock, read, service } = serviceAt();
		const seed = {
			workflowId: WORKFLOW,
			input: { 'original-text': 'x' },
			metadata: { webapp: true },
			output: { a: 1 },
			error: { code: 1 },
			createdAt: '2024-01-02T03:04:05.000Z',
			credits: 9,
		};
		const [paused, failed, bare] = service.seedRuns([
			{ ...seed, id: 'WRUN-own', status: 'PAUSED' },
			{ ...seed, status: 'FAILED', output: undefined },
			{ workflowId: WORKFLOW },
		]);
		clock.now += 1e9;
		expect(read(paused.id)).toMatchObject({
			...seed,
			id: 'WRUN-own',
			status: 'PAUSED',
			credits: 0,
		});
		expect(read(failed.id)).toMatchObject({ ...seed, status: 'FAILED', output: {} });
		expect(read(bare.id)).toMatchObject({ status: 'COMPLETE', error: null, credits: 2 });
		expect(read(bare.id)).not.toHaveProperty('metadata');
	});

	it('serves pages of 2,000 runs without looking at all of them', () => {
		const { clock, list, service, start } = serviceAt();
		for (let i = 0; i < 2000; i += 1) start();
		const looks = jest.spyOn(service, 'statusOf');
		clock.now += 500;
		expect(list('?size=100&page=20').data).toHaveLength(100);
		expect(looks).toHaveBeenCalledTimes(100);
	});
});

describe('Webhook registrations', () => {
	const hook = { url: 'https://example.com/hook', eventType: 'workflowRun.completed' };

	it('are made, read and deleted (202 {}) one by one', () => {
		const { call } = serviceAt();
		const made = call('POST', '/webhook', { ...hook, workflowId: WORKFLOW });
		const { data } = made.json as { data: Fields };
		expect(made.status).toBe(200);
		expect(made.json).toEqual({
			status: 'success',
			data: { id: expect.any(String) as string, ...hook, workflowId: WORKFLOW },
		});
		const path = `/webhook/${String(data.id)}`;
		expect(call('GET', path).json).toEqual(made.json);
		expect(call('DELETE', path)).toMatchObject({ status: 202, text: '{}' });
		expect(call('GET', path).status).toBe(404);
		expect(call('DELETE', path).status).toBe(404);
	});

	it('may be the same twice, and show a missing workflowId as absent or as null', () => {
		const { call, service } = serviceAt();
		const { data } = call('POST', '/webhook', hook).json as { data: Fields };
		call('POST', '/webhook', hook);
		expect(service.webhooks).toHaveLength(2);
		expect(data).not.toHaveProperty('workflowId');
		service.set({ unscopedWorkflowId: 'null' });
		expect(call('GET', `/webhook/${String(data.id)}`).json).toMatchObject({
			data: { workflowId: null },
		});
	});

	it('are listed in pages from 0, without status and without outer data', () => {
		const { call, service } = serviceAt();
		for (let i = 0; i < 12; i += 1) call('POST', '/webhook', hook);
		const ids = (query: string) =>
			(call('GET', `/webhook${query}`).json.data as Fields[]).map(({ id }) => id);
		const all = service.webhooks.map(({ id }) => id);
		expect(Object.keys(call('GET', '/webhook').json)).toEqual(['total', 'data']);
		expect(call('GET', '/webhook').json.total).toBe(12);
		expect(ids('')).toEqual(all.slice(0, 10));
		expect(ids('?page=1')).toEqual(all.slice(10));
		expect(ids('?size=1&page=0')).toEqual(all.slice(0, 1));
		service.set({ numbersAsStrings: true, totalOffset: -1 });
		expect(call('GET', '/webhook').json.total).toBe('11');
	});

	it.each([
		['url', { ...hook, url: 'no url' }],
		['url', { eventType: hook.eventType }],
		['eventType', { ...hook, eventType: 'workflowRun.*' }],
		['workflowId', { ...hook, workflowId: null }],
	])('are refused with 422 for a bad %s', (field, body) => {
		const { call, service } = serviceAt();
		const answer = call('POST', '/webhook', body);
		expect(answer.status).toBe(422);
		expect(Object.keys(answer.json.details as Fields)).toEqual([field]);
		expect(service.webhooks).toHaveLength(0);
	});
});

describe('Refusals', () => {
	it.each([
		['POST', RUNS],
		['GET', RUNS],
		['GET', `${RUNS}/WRUN-1`],
		['POST', '/webhook'],
		['GET', '/webhook'],
		['GET', '/webhook/1'],
		['DELETE', '/webhook/1'],
	])('come as 401 to a wrong key and 403 when forbidden: %s %s', (method, path) => {
		const { call, service } = serviceAt();
		expect(call(method, path, STARTED, 'wrong')).toMatchObject({ status: 401, type: /json/ });
		expect(service.answer({ method, path: `/api${path}` })).toMatchObject({ status: 401 });
		service.set({ forbidden: true, deniedForm: 'html' });
		expect(call(method, path, STARTED)).toMatchObject({ status: 403, type: 'text/html' });
		service.set({ deniedForm: 'empty' });
		expect(call(method, path, STARTED)).toMatchObject({ status: 403, text: '' });
		expect(service.runs).toHaveLength(0);
	});

	it.each([
		['GET', '/workflow'],
		['GET', `/workflow/${WORKFLOW}`],
		['DELETE', `${RUNS}/WRUN-1`],
		['PUT', '/webhook/1'],
		['POST', `${RUNS}/`],
		['GET', '/webhook/'],
	])('come as 404 for a route that there is not: %s %s', (method, path) => {
		const { call, service } = serviceAt();
		expect(call(method, path)).toMatchObject({ status: 404 });
		expect(service.counts).toMatchObject({ unknown: 1, total: 1 });
	});

	it('can be redirects that keep the method', () => {
		const { call, service } = serviceAt({ redirectTo: 'https://elsewhere.example/x' });
		const answer = call('POST', RUNS, STARTED);
		expect([answer.status, answer.headers.location]).toEqual([307, 'https://elsewhere.example/x']);
		expect(service.runs).toHaveLength(0);
	});
});

describe('Fault rules', () => {
	/** What each fault answers to a start, and how many runs there are afterwards. */
	const faults: Array<[FaultKind, Fields, number]> = [
		['tooManyRequests', { status: 429, headers: {} }, 0],
		['tooManyRequestsRetryAfter', { status: 429, headers: { 'retry-after': '7' } }, 0],
		['unauthorizedHtml', { status: 401, headers: { 'content-type': 'text/html' } }, 0],
		['forbiddenEmpty', { status: 403, body: '' }, 0],
		['serverErrorBefore', { status: 500, body: '{}' }, 0],
		['serverErrorAfter', { status: 500, body: '{}' }, 1],
		['badGatewayBefore', { status: 502, headers: { 'content-type': 'text/html' } }, 0],
		['badGatewayAfter', { status: 502, headers: { 'content-type': 'text/html' } }, 1],
		['truncatedAfter', { status: 200 }, 1],
		['emptyAfter', { status: 200, body: '' }, 1],
		['htmlAfter', { status: 200, headers: { 'content-type': 'text/html' } }, 1],
		['cutAfter', { status: 200, fault: 'cut' }, 1],
		['resetBefore', { fault: 'reset' }, 0],
		['resetAfter', { fault: 'reset' }, 1],
		['silentBefore', { fault: 'silent' }, 0],
		['silentAfter', { fault: 'silent' }, 1],
		['dripping', { status: 200, fault: 'drip' }, 1],
	];

	it.each(faults)('%s answers %j and leaves %d runs', (kind, expected, runs) => {
		const { send, service } = serviceAt({ faults: [{ kind }], retryAfter: '7' });
		const answer = send('POST', RUNS, STARTED);
		expect(answer).toMatchObject(expected);
		if (kind === 'tooManyRequests') expect(answer).not.toHaveProperty('headers.retry-after');
		if (kind === 'truncatedAfter' && 'body' in answer) {
			expect(answer.body).toMatch(/^\{"status":"success"/);
			expect(() => JSON.parse(answer.body) as unknown).toThrow();
		}
		expect(service.runs).toHaveLength(runs);
		expect(service.requests[0]).toMatchObject({ endpoint: 'startRun', fault: kind });
		expect(service.requests[0].status).toBe(expected.status);
	});

	/** Which of the starts fail, as a row of x and dots. */
	function pattern(rule: Partial<FaultRule>, starts = 10): string {
		const { call } = serviceAt({ faults: [{ kind: 'serverErrorBefore', ...rule }] });
		const row = Array.from({ length: starts }, () => call('POST', RUNS, STARTED).status);
		return row.map((status) => (status === 500 ? 'x' : '.')).join('');
	}

	it('hit as often as they say, after as many harmless calls as they say', () => {
		expect(pattern({})).toBe('xxxxxxxxxx');
		expect(pattern({ times: 3 })).toBe('xxx.......');
		expect(pattern({ skip: 2 })).toBe('..xxxxxxxx');
		expect(pattern({ skip: 2, times: 1 })).toBe('..x.......');
	});

	it('hit their share of the calls, the same calls for the same seed', () => {
		const row = pattern({ rate: 0.3 }, 1000);
		expect(row).toBe(pattern({ rate: 0.3 }, 1000));
		const hits = row.replaceAll('.', '').length;
		expect(hits).toBeGreaterThan(240);
		expect(hits).toBeLessThan(360);
		expect(pattern({ rate: 0 })).toBe('..........');
	});

	it('hit only their endpoints, only starts with their text, and only for their time', () => {
		const { call, clock, service } = serviceAt();
		const start = (text: string) => call('POST', RUNS, { startVariables: { a: text } }).status;

		service.set({ faults: [{ kind: 'serverErrorBefore', on: ['listRuns', 'getWebhook'] }] });
		expect([start('x'), call('GET', RUNS).status]).toEqual([200, 500]);

		service.set({ faults: [{ kind: 'serverErrorBefore', inputContains: 'row 7' }] });
		expect([start('row 6'), start('row 7')]).toEqual([200, 500]);
		expect(call('GET', RUNS).status).toBe(200);

		service.set({ faults: [{ kind: 'serverErrorBefore', forMs: 100 }] });
		clock.now += 99;
		expect(start('x')).toBe(500);
		clock.now += 1;
		expect(start('x')).toBe(200);
	});

	it('are tried in order: the first that applies is used, a spent one is passed over', () => {
		const { send, service } = serviceAt({
			faults: [
				{ kind: 'serverErrorAfter', times: 1 },
				{ kind: 'tooManyRequests', times: 2 },
			],
		});
		for (let i = 0; i < 4; i += 1) send('POST', RUNS, STARTED);
		expect(service.requests.map(({ status }) => status)).toEqual([500, 429, 429, 200]);
		expect(service.runs).toHaveLength(2);
	});

	it('keep their counters over other changes, and start anew when they change or on reset', () => {
		const once: FaultRule = { kind: 'serverErrorBefore', times: 1 };
		const { call, service } = serviceAt({ faults: [once] });
		const start = () => call('POST', RUNS, STARTED).status;
		expect([start(), start()]).toEqual([500, 200]);
		service.set({ credits: 3, faults: [once] });
		expect(start()).toBe(200);
		service.set({ faults: [{ ...once, kind: 'badGatewayBefore' }] });
		expect([start(), start()]).toEqual([502, 200]);
		service.reset();
		expect([start(), start()]).toEqual([500, 200]);
		service.reset();
		expect([start(), start()]).toEqual([500, 200]);
	});

	it('drive a table of 1,000 starts on a fake clock, where every run is counted', () => {
		const { clock, send, service } = serviceAt({
			durationMs: [60_000, 600_000],
			faults: [
				{ kind: 'resetBefore', on: ['startRun'], rate: 0.1 },
				{ kind: 'resetAfter', on: ['startRun'], rate: 0.1 },
				{ kind: 'silentAfter', on: ['startRun'], rate: 0.1 },
			],
		});
		for (let i = 0; i < 1000; i += 1) {
			send('POST', RUNS, {
				startVariables: { a: `${i}` },
				metadata: { n8nStartKey: `k${i % 500}` },
			});
			clock.now += 100;
		}
		const before = service.requests.filter(({ fault }) => fault === 'resetBefore').length;
		expect(before).toBeGreaterThan(50);
		expect(service.runs).toHaveLength(1000 - before);
		const byKey = [...service.runsByKey().values()];
		expect(byKey.reduce((sum, count) => sum + count, 0)).toBe(1000 - before);
		expect(Math.max(...byKey)).toBe(2);
		expect(service.lastRunEnd()).toBe(Math.max(...service.runs.map(({ endsAt }) => endsAt)));
	});
});

describe('The log and the settings', () => {
	it('count and log every call, with the bodies of the last 1,000', () => {
		const { call, service, start } = serviceAt();
		call('GET', `${RUNS}?size=3`);
		for (let i = 0; i < 1005; i += 1) start({ a: i });
		const counts: Partial<Record<Endpoint | 'total', number>> = service.counts;
		expect(counts).toMatchObject({ listRuns: 1, startRun: 1005, getRun: 0, total: 1006 });
		expect(service.requests[0]).toEqual({
			endpoint: 'listRuns',
			method: 'GET',
			path: `/api${RUNS}`,
			query: { size: '3' },
			at: NOON,
			status: 200,
		});
		const bodies = service.requests.filter(({ body }) => body !== undefined);
		expect(bodies).toHaveLength(1000);
		expect(bodies.at(-1)?.body).toEqual({ startVariables: { a: 1004 } });
	});

	it('are merged one by one, copied, and refuse names that there are not', () => {
		const { service } = serviceAt({ deliveries: { copies: 2 } });
		const faults: FaultRule[] = [{ kind: 'dripping' }];
		service.set({ faults, deliveries: { lost: 1 } });
		faults.pop();
		expect(service.settings).toMatchObject({
			credits: 2,
			faults: [{ kind: 'dripping' }],
			deliveries: { copies: 2, lost: 1, payload: 'captured' },
		});
		expect(() => service.set({ durationMS: 1 } as SettingsPatch)).toThrow(/durationMS/);
		expect(() => service.set({ deliveries: { copy: 1 } as never })).toThrow(/deliveries\.copy/);
	});

	it('are all as at the start after a reset', () => {
		const { call, service, start } = serviceAt({ credits: 5 });
		start({}, { n8nStartKey: 'k' });
		call('POST', '/webhook', { url: 'http://x.example', eventType: 'workflowRun.failed' });
		service.set({ credits: 6, apiKey: 'other' });
		service.reset();
		expect(service.settings).toMatchObject({ credits: 5, apiKey: 'fake-key' });
		expect([service.runs, service.webhooks, service.requests]).toEqual([[], [], []]);
		expect([service.counts.total, service.runsByKey().size]).toEqual([0, 0]);
	});
});

describe('Delivery payloads', () => {
	const run: RunRecord = createService({}, { now: () => NOON }).seedRuns([
		{ id: 'WRUN-1', workflowId: WORKFLOW, input: { a: 'b' }, metadata: { m: 1 }, output: { o: 1 } },
	])[0];

	it('have the whole run and type, with both ids and `output`, as captured', () => {
		const { settings } = createService({ runIdKey: 'id', outputKey: 'result' });
		const payload = deliveryPayload('workflowRun.completed', run, settings);
		expect(payload).toMatchObject({
			type: 'workflowRun.completed',
			id: 'WRUN-1',
			workflowRunId: 'WRUN-1',
			status: 'COMPLETE',
			input: { a: 'b' },
			output: { o: 1 },
		});
		expect(payload).not.toHaveProperty('result');
	});

	it('have six fields with `result`, as documented', () => {
		const { settings } = createService({
			deliveries: { payload: 'documented' },
			numbersAsStrings: true,
		});
		expect(deliveryPayload('workflowRun.completed', run, settings)).toEqual({
			type: 'workflowRun.completed',
			workflowRunId: 'WRUN-1',
			workflowId: WORKFLOW,
			result: { o: 1 },
			metadata: { m: 1 },
			credits: '2',
		});
		expect(deliveryPayload('workflowCreditLimit.reached', run, settings)).toEqual({
			type: 'workflowCreditLimit.reached',
		});
	});
});

describe('Over the network', () => {
	const started: FakeCopyAi[] = [];
	const closers: Array<() => unknown> = [];

	async function begin(settings: SettingsPatch = {}): Promise<FakeCopyAi> {
		const fake = await startFakeCopyAi(settings);
		started.push(fake);
		return fake;
	}

	afterEach(async () => {
		await Promise.all(started.splice(0).map(async (fake) => await fake.close()));
		for (const close of closers.splice(0)) close();
	});

	async function api(fake: FakeCopyAi, path: string, body?: unknown, init: RequestInit = {}) {
		return await fetch(fake.url + path, {
			method: body === undefined ? 'GET' : 'POST',
			headers: { 'x-copy-ai-api-key': 'fake-key', 'content-type': 'application/json' },
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(3000),
			...init,
		});
	}

	async function start(fake: FakeCopyAi, startVariables: Fields = { a: 'b' }): Promise<string> {
		const { data } = (await (await api(fake, RUNS, { startVariables })).json()) as {
			data: { id: string };
		};
		return data.id;
	}

	async function register(fake: FakeCopyAi, url: string, event: string, workflowId?: string) {
		const answer = await api(fake, '/webhook', { url, eventType: event, workflowId });
		const { data } = (await answer.json()) as { data: { id: string } };
		return data.id;
	}

	/** A receiver of deliveries that answers with this status. */
	async function receiver(status = 200) {
		const got: Fields[] = [];
		const server = createServer(async (request, response) => {
			let text = '';
			for await (const chunk of request) text += String(chunk);
			got.push(JSON.parse(text) as Fields);
			response.writeHead(status).end();
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		closers.push(() => server.close());
		return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got };
	}

	async function until(condition: () => boolean): Promise<void> {
		for (const limit = Date.now() + 2000; !condition(); ) {
			if (Date.now() > limit) throw new Error('Waited in vain');
			await wait(5);
		}
	}

	const wait = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

	it('starts, reads and lists with unicode kept', async () => {
		const fake = await begin({ durationMs: 0, outputName: '출력 💡' });
		const id = await start(fake, { Größe: '日本 🎉' });
		const answer = await api(fake, `${RUNS}/${id}`);
		expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
		expect(await answer.json()).toMatchObject({
			status: 'success',
			data: { id, input: { Größe: '日本 🎉' }, output: { '출력 💡': 'Made from: 日本 🎉' } },
		});
		expect(await (await api(fake, `${RUNS}/?size=5&page=1`)).json()).toMatchObject({
			data: { total: 1, data: [{ id }] },
		});
		expect(fake.requests.map(({ endpoint }) => endpoint)).toEqual([
			'startRun',
			'getRun',
			'listRuns',
		]);
	});

	it('answers 401 without a key and takes the latency it is told', async () => {
		const fake = await begin({ latencyMs: 50 });
		const before = performance.now();
		expect((await fetch(`${fake.url}/webhook?size=1&page=0`)).status).toBe(401);
		expect(performance.now() - before).toBeGreaterThan(45);
	});

	it('breaks the connection before or after the run was made', async () => {
		const fake = await begin({
			faults: [
				{ kind: 'resetBefore', times: 1 },
				{ kind: 'resetAfter', times: 1 },
				{ kind: 'cutAfter', times: 1 },
			],
		});
		await expect(start(fake)).rejects.toThrow();
		expect(fake.runs).toHaveLength(0);
		await expect(start(fake)).rejects.toThrow();
		expect(fake.runs).toHaveLength(1);
		const cut = await api(fake, RUNS, STARTED);
		expect(cut.status).toBe(200);
		await expect(cut.text()).rejects.toThrow('terminated');
		expect(fake.runs).toHaveLength(2);
		expect(await start(fake)).toMatch(/^WRUN-/);
	});

	it('truncates with a matching length, so that the body arrives whole but broken', async () => {
		const fake = await begin({ faults: [{ kind: 'truncatedAfter' }] });
		const answer = await api(fake, RUNS, STARTED);
		const text = await answer.text();
		expect(answer.headers.get('content-length')).toBe(String(text.length));
		expect(() => JSON.parse(text) as unknown).toThrow();
	});

	it.each<[FaultKind, number]>([
		['silentBefore', 0],
		['silentAfter', 1],
	])('never answers under %s, with %d runs made', async (kind, runs) => {
		const fake = await begin({ faults: [{ kind }] });
		const client = new AbortController();
		const call = api(fake, RUNS, STARTED, { signal: client.signal });
		const failed = expect(call).rejects.toThrow(/aborted/);
		await until(() => fake.requests.length === 1);
		await wait(40);
		client.abort();
		await failed;
		expect(fake.runs).toHaveLength(runs);
	});

	it('drips an answer a byte at a time', async () => {
		const fake = await begin({ faults: [{ kind: 'dripping' }], dripMs: 2, workflows: [] });
		const answer = await api(fake, RUNS);
		const before = performance.now();
		expect(await answer.json()).toEqual({ status: 'error', errorCode: 'NOT_FOUND' });
		expect(performance.now() - before).toBeGreaterThan(50);
	});

	it('counts the connections and the most requests at once', async () => {
		const fake = await begin({ latencyMs: 30 });
		await Promise.all([1, 2, 3, 4, 5].map(async () => await api(fake, '/webhook')));
		expect([fake.maxInFlight, fake.connections]).toEqual([5, 5]);
		await fetch(`${fake.origin}/__fake/state`);
		expect(fake.counts.total).toBe(5);
		fake.reset();
		expect([fake.maxInFlight, fake.connections]).toEqual([0, 0]);
	});

	it('counts a connection once, however many requests come over it', async () => {
		const fake = await begin();
		const socket = connect(fake.port, '127.0.0.1');
		const request = 'GET /api/webhook HTTP/1.1\r\nHost: fake\r\n\r\n';
		socket.write(request + request);
		await until(() => fake.counts.total === 2);
		expect([fake.connections, fake.openConnections]).toEqual([1, 1]);
		socket.destroy();
		await until(() => fake.openConnections === 0);
		expect(fake.connections).toBe(1);
	});

	it('ends at once, with idle sockets and unanswered calls open', async () => {
		const fake = await begin({ faults: [{ kind: 'silentAfter', on: ['startRun'] }] });
		await (await api(fake, '/webhook')).text();
		const idle = connect(fake.port, '127.0.0.1');
		await once(idle, 'connect');
		const open = api(fake, RUNS, STARTED);
		const failed = expect(open).rejects.toThrow('fetch failed');
		await until(() => fake.runs.length === 1);
		const before = performance.now();
		await fake.close();
		expect(performance.now() - before).toBeLessThan(1000);
		await failed;
		started.length = 0;
	});

	it('delivers each event to the registrations that want it, after a start and after an end', async () => {
		const fake = await begin({
			durationMs: 40,
			runRules: [{ inputContains: 'bad', end: 'FAILED', error: 'broken' }],
		});
		const { url, got } = await receiver();
		await register(fake, url, 'workflowRun.started');
		await register(fake, url, 'workflowRun.completed', WORKFLOW);
		await register(fake, url, 'workflowRun.completed', 'WCFG-other');
		await register(fake, url, 'workflowRun.failed');
		const good = await start(fake);
		const bad = await start(fake, { a: 'bad' });
		await until(() => got.length === 4);
		await wait(20);
		expect(got.map(({ type, id, status, error }) => [type, id, status, error])).toEqual(
			expect.arrayContaining([
				['workflowRun.started', good, 'NEW', null],
				['workflowRun.started', bad, 'NEW', null],
				['workflowRun.completed', good, 'COMPLETE', null],
				['workflowRun.failed', bad, 'FAILED', 'broken'],
			]),
		);
		expect(got).toHaveLength(4);
		const after = await (await api(fake, `${RUNS}/${good}`)).json();
		expect(after).toMatchObject({ data: { status: 'COMPLETE' } });
	});

	it('delivers the end of a run to a webhook that was registered while it ran', async () => {
		const fake = await begin({ durationMs: 200 });
		const { url, got } = await receiver();
		const id = await start(fake);
		await register(fake, url, 'workflowRun.completed', WORKFLOW);
		await until(() => got.length === 1);
		expect(got[0]).toMatchObject({ type: 'workflowRun.completed', workflowRunId: id });
	});

	it('delivers nothing to a webhook that was deleted while the run ran', async () => {
		const fake = await begin({ durationMs: 150 });
		const { url, got } = await receiver();
		const webhook = await register(fake, url, 'workflowRun.completed');
		await start(fake);
		await api(fake, `/webhook/${webhook}`, undefined, { method: 'DELETE' });
		await wait(200);
		expect(got).toEqual([]);
	});

	it('can double, lose and delay deliveries', async () => {
		const fake = await begin({ durationMs: 0, deliveries: { copies: 2, delayMs: 60 } });
		const { url, got } = await receiver();
		await register(fake, url, 'workflowRun.completed');
		const before = performance.now();
		await start(fake);
		await until(() => got.length === 2);
		expect(performance.now() - before).toBeGreaterThan(55);
		expect(got[0]).toEqual(got[1]);

		fake.set({ deliveries: { lost: 1, delayMs: 0 } });
		await start(fake);
		await until(() => fake.deliveries.length === 3);
		expect(fake.deliveries.at(-1)).toMatchObject({ outcome: 'lost', status: 0 });
		expect(got).toHaveLength(2);
	});

	it('can deliver out of order', async () => {
		const fake = await begin({ durationMs: 0, deliveries: { delayMs: [0, 1000] } });
		const { url, got } = await receiver();
		await register(fake, url, 'workflowRun.completed');
		const ids = [];
		for (let i = 0; i < 10; i += 1) ids.push(await start(fake));
		await until(() => got.length === 10);
		const arrived = got.map(({ id }) => id);
		expect(arrived).not.toEqual(ids);
		expect([...arrived].sort()).toEqual([...ids].sort());
	});

	it('logs a receiver that refuses or is not there, and does not try again', async () => {
		const fake = await begin({ durationMs: 0 });
		const { url, got } = await receiver(500);
		await register(fake, url, 'workflowRun.completed');
		await register(fake, 'http://127.0.0.1:1/', 'workflowRun.completed');
		await start(fake);
		await until(() => fake.deliveries.filter((entry) => entry.outcome !== 'pending').length === 2);
		expect(fake.deliveries.map(({ outcome, status }) => [outcome, status])).toEqual([
			['answered', 500],
			['unreachable', 0],
		]);
		await wait(30);
		expect(got).toHaveLength(1);
	});

	it('sends deliveries by hand: doubled, forged, to all, and for the credit limit', async () => {
		const fake = await begin({ durationMs: 1e6, deliveries: { lost: 1 } });
		const { url, got } = await receiver(202);
		const webhook = await register(fake, url, 'workflowRun.completed');
		await register(fake, url, 'workflowCreditLimit.reached', WORKFLOW);
		const id = await start(fake);

		expect(await fake.deliver(webhook, 'workflowRun.completed', id)).toBe(202);
		expect(await fake.deliver('all', 'workflowRun.completed', fake.runs[0])).toBe(202);
		expect(got).toHaveLength(2);
		expect(got[0]).toMatchObject({ id, status: 'COMPLETE', output: { text: 'Made from: b' } });
		expect(got[1]).toEqual(got[0]);

		await fake.deliver(url, 'workflowRun.failed', 'WRUN-forged', { workflowId: 'WCFG-x' });
		expect(got[2]).toEqual({
			type: 'workflowRun.failed',
			id: 'WRUN-forged',
			workflowRunId: 'WRUN-forged',
			workflowId: 'WCFG-x',
			status: 'FAILED',
		});
		await fake.deliver('all', 'workflowCreditLimit.reached');
		expect(got[3]).toEqual({ type: 'workflowCreditLimit.reached' });
		expect(await fake.deliver('all', 'workflowRun.started', id)).toBe(0);
	});

	it('never sends what is pending when it is closed', async () => {
		const fake = await begin({ durationMs: 100 });
		const { url, got } = await receiver();
		await register(fake, url, 'workflowRun.completed');
		await start(fake);
		await fake.close();
		started.length = 0;
		await wait(150);
		expect(got).toEqual([]);
	});

	it('is controlled over HTTP without a key', async () => {
		const fake = await begin({ credits: 4, runRules: [{ end: 'never' }] });
		const control = async (method: string, name: string, body?: unknown) => {
			const answer = await fetch(`${fake.origin}/__fake/${name}`, {
				method,
				body: body === undefined ? undefined : JSON.stringify(body),
			});
			const text = await answer.text();
			return answer.ok ? (JSON.parse(text) as unknown) : `${answer.status} ${text}`;
		};
		expect(await control('GET', 'settings')).toMatchObject({ credits: 4 });
		expect(await control('PUT', 'settings', { credits: 5 })).toMatchObject({ credits: 5 });
		expect(await control('PUT', 'settings', { credit: 5 })).toMatch(/^400 .*"credit"/);
		expect(fake.settings.credits).toBe(5);

		await api(fake, RUNS, { ...STARTED, metadata: { n8nStartKey: 'k1' } });
		expect(await control('POST', 'seed', [{ workflowId: WORKFLOW, createdAt: 1000 }])).toEqual([
			expect.objectContaining({ workflowId: WORKFLOW, startedAt: 1000 }),
		]);
		const { url, got } = await receiver();
		const webhook = await register(fake, url, 'workflowRun.failed');
		expect(await control('GET', 'state')).toMatchObject({
			counts: { startRun: 1, createWebhook: 1, total: 2 },
			runs: 2,
			runsByKey: { k1: 1 },
			connections: expect.any(Number) as number,
			maxInFlight: 1,
			lastRunEnd: 1000,
			webhooks: [{ id: webhook, url, eventType: 'workflowRun.failed' }],
		});
		expect(await control('GET', 'runs')).toMatchObject([{ endsAt: null }, { endsAt: 1000 }]);
		expect(await control('GET', 'requests')).toMatchObject([
			{ endpoint: 'startRun', status: 200 },
			{ endpoint: 'createWebhook' },
		]);
		const order = { to: webhook, event: 'workflowRun.failed', run: fake.runs[0].id };
		expect(await control('POST', 'deliver', order)).toEqual({ status: 200 });
		expect(got).toMatchObject([{ type: 'workflowRun.failed', id: fake.runs[0].id }]);

		expect(await control('POST', 'reset')).toEqual({});
		expect([fake.runs.length, fake.settings.credits]).toEqual([0, 4]);
		expect(await control('GET', 'nothing')).toMatch(/^404 /);
	});

	it('runs as a program that ends on SIGTERM', async () => {
		const program = spawn(
			process.execPath,
			[
				'--import',
				'tsx',
				join(__dirname, '../fakes/copyAi/main.ts'),
				...['--port', '0', '--settings', '{"apiKey":"my-key"}'],
			],
			{ stdio: ['ignore', 'pipe', 'inherit'] },
		);
		closers.push(() => program.kill('SIGKILL'));
		let printed = '';
		program.stdout.on('data', (chunk) => (printed += String(chunk)));
		const ended = once(program, 'exit');
		for (let i = 0; i < 500 && !printed.includes('Ctrl+C'); i += 1) await wait(10);
		const url = /http:\S+\/api/.exec(printed)?.[0];
		expect(printed).toContain('my-key');
		const answer = await fetch(`${url}/webhook`, { headers: { 'x-copy-ai-api-key': 'my-key' } });
		expect(await answer.json()).toEqual({ total: 0, data: [] });
		program.kill('SIGTERM');
		expect(await ended).toEqual([0, null]);
	});
});
