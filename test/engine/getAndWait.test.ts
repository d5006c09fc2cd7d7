import type { IDataObject } from 'n8n-workflow';
import { type FakeCopyAi, startFakeCopyAi } from '../fakes/copyAi';
import { byId, errorOf, execute, type NodeSettings, type TestCredential } from './harness';
import { useVirtualTime } from '../support/virtualTime';

useVirtualTime();

let fake: FakeCopyAi;
let credential: TestCredential;

beforeAll(async () => {
	fake = await startFakeCopyAi({ durationMs: 300 });
	credential = { apiKey: fake.settings.apiKey, baseUrl: fake.url };
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const workflowId = 'WCFG-1';
const seed = (count: number, fields: IDataObject = {}) =>
	fake.seedRuns(
		Array.from({ length: count }, (_, n) => ({
			workflowId,
			input: { n },
			output: { text: `text ${n}` },
			createdAt: new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString(),
			...fields,
		})),
	);

async function run(
	operation: string,
	parameters: IDataObject = {},
	items?: IDataObject[],
	settings?: NodeSettings,
) {
	return await execute({
		credential,
		items,
		settings,
		parameters: {
			resource: 'workflowRun',
			operation,
			workflowId: byId(workflowId),
			...parameters,
		} as never,
	});
}

describe('Get Many', () => {
	test.each([false, true])(
		'Return All brings all of 125 runs and a limit of 37 brings 37, newest first (numbers as text: %s)',
		async (numbersAsStrings) => {
			seed(125);
			fake.set({ numbersAsStrings });
			const all = await run('getAll', { returnAll: true });
			expect(all.json).toHaveLength(125);
			expect(new Set(all.json.map(({ id }) => id)).size).toBe(125);
			expect(all.json[0]).toMatchObject({ output: { text: 'text 124' }, status: 'COMPLETE' });
			expect(all.json.every(({ credits }) => typeof credits === 'number')).toBe(true);
			expect((await run('getAll', { limit: 37 })).json).toHaveLength(37);
		},
	);

	test('filters read on until the limit is reached', async () => {
		seed(120);
		seed(3, { status: 'FAILED', error: 'no', createdAt: '2025-01-01T00:00:00Z' });
		const { json } = await run('getAll', { limit: 2, filters: { status: ['FAILED'] } });
		expect(json.map(({ status }) => status)).toEqual(['FAILED', 'FAILED']);
		const early = await run('getAll', {
			returnAll: true,
			filters: { createdAfter: '2026-01-01T00:10:00Z', createdBefore: '2026-01-01T00:12:00Z' },
		});
		expect(early.json.map(({ output }) => output)).toEqual([
			{ text: 'text 12' },
			{ text: 'text 11' },
			{ text: 'text 10' },
		]);
	});

	test('runs that the list shows without status or outputs are read one by one', async () => {
		seed(5);
		fake.set({ listOmits: ['output', 'status'] });
		const { json } = await run('getAll');
		expect(json.map(({ output }) => (output as IDataObject).text)).toEqual(
			[4, 3, 2, 1, 0].map((n) => `text ${n}`),
		);
		expect(fake.counts.getRun).toBe(5);
	});

	test('each input item brings its own list, paired with it', async () => {
		seed(3);
		const { outputs } = await run('getAll', { limit: 2 }, [{}, {}]);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 0 },
			{ item: 1 },
			{ item: 1 },
		]);
	});

	test('not simplified, a run also has its input, metadata and whatever else came', async () => {
		seed(1, { metadata: { webapp: true } });
		const [{ ...full }] = (await run('getAll', { simplify: false })).json;
		expect(full).toMatchObject({ input: { n: 0 }, metadata: { webapp: true } });
		const [simple] = (await run('getAll')).json;
		expect(Object.keys(simple).sort()).toEqual(
			['createdAt', 'credits', 'id', 'output', 'status', 'workflowId'].sort(),
		);
	});
});

describe('Get', () => {
	test('three items, a run that is not there in the middle: the good ones come out', async () => {
		const [one, , three] = seed(3);
		const items = [{ run: one.id }, { run: 'WRUN-none' }, { run: three.id }];
		const { outputs } = await run('get', { runId: byId('={{ $json.run }}') }, items, {
			onError: 'continueRegularOutput',
		});
		expect(outputs[0].map(({ json }) => json.id)).toEqual([one.id, undefined, three.id]);
		expect(errorOf(outputs[0][1]).message).toMatch(
			/Not found.*run WRUN-none of workflow WCFG-1 \[Item 1\]/,
		);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
	});

	test('a failed run is output with its reason under "failure", never under "error"', async () => {
		const [failed] = seed(1, { status: 'FAILED', error: { message: 'step 2', code: 7 } });
		const { json, error } = await run('get', { runId: byId(failed.id) });
		expect(error).toBeUndefined();
		expect(json[0].failure).toEqual({ message: 'step 2', code: 7 });
		expect(json[0]).not.toHaveProperty('error');
	});

	test('passing faults are lived through', async () => {
		const [there] = seed(1);
		fake.set({
			faults: [
				{ kind: 'badGatewayBefore', times: 2 },
				{ kind: 'resetBefore', times: 1 },
			],
		});
		expect((await run('get', { runId: byId(there.id) })).json[0].id).toBe(there.id);
	});

	test.each(['output', 'result', 'both'] as const)(
		'outputs that come as "%s" stand in "output"',
		async (outputKey) => {
			fake.set({ outputKey });
			const [there] = seed(1);
			expect((await run('get', { runId: byId(there.id) })).json[0].output).toEqual({
				text: 'text 0',
			});
		},
	);
});

describe('Start, then Wait', () => {
	test('Start goes on at once, and Wait brings the runs home in item order', async () => {
		const variablesJson = '={{ { "Input 1": $json.product } }}';
		const started = await run('start', { variablesInput: 'json', variablesJson }, [
			{ product: 'lamp' },
			{ product: 'chair' },
			{ product: 'desk' },
		]);
		expect(started.json).toEqual(started.json.map(({ id }) => ({ id, workflowId, status: 'NEW' })));
		const waited = await run('wait', { runId: byId('={{ $json.id }}') }, started.json);
		expect(waited.json.map(({ id, status }) => [id, status])).toEqual(
			started.json.map(({ id }) => [id, 'COMPLETE']),
		);
	});

	test('Wait lives through the seconds in which a new run is not known yet', async () => {
		fake.set({ notFoundForMs: 1500, unlistedForMs: 1500, notFoundForm: 'text' });
		const started = await run('start', { variablesInput: 'json', options: { allowEmpty: true } });
		const { json, error } = await run('wait', { runId: byId(String(started.json[0].id)) });
		expect(error).toBeUndefined();
		expect(json[0].status).toBe('COMPLETE');
	});

	test('a refused key ends Wait within seconds, once it was refused again, and names the run', async () => {
		const started = await run('start', { variablesInput: 'json', options: { allowEmpty: true } });
		const id = String(started.json[0].id);
		fake.set({ forbidden: true });
		const began = Date.now();
		const { error } = await run('wait', { runId: byId(id) });
		expect(Date.now() - began).toBeLessThan(6000);
		expect(error?.message).toContain(id);
		expect(error?.message).toContain('403');
	});
});
