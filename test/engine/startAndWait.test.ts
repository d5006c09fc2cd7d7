/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IDataObject } from 'n8n-workflow';
import { type FakeCopyAi, startFakeCopyAi } from '../fakes/copyAi';
import { byId, errorOf, type NodeSettings, prepare, type TestCredential } from './harness';
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

const three = [{ product: 'lamp' }, { product: 'chair' }, { product: 'desk' }];

function startAndWait(
	settings: NodeSettings = {},
	options: IDataObject = {},
	rest: { items?: IDataObject[]; batchSize?: number } = {},
) {
	return prepare({
		credential,
		items: three,
		settings: { waitBetweenTries: 50, ...settings },
		...rest,
		parameters: {
			resource: 'workflowRun',
			operation: 'startAndWait',
			workflowId: byId('WCFG-1'),
			variablesInput: 'fields',
			variableFields: { variable: [{ name: 'Input 1', value: '={{ $json.product }}' }] },
			options: options as never,
		},
	});
}

const started = () => fake.runs.map(({ input }) => input['Input 1']);
const chairFails = { inputContains: 'chair', end: 'FAILED' as const, error: 'no seat' };

test('three items come out as three finished runs, in item order, each paired with its item', async () => {
	const { outputs, error } = await startAndWait().execute();
	expect(error).toBeUndefined();
	expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 2 },
	]);
	expect(outputs[0].map(({ json }) => json.status)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
	const texts = outputs[0].map(({ json }) => JSON.stringify(json.output));
	three.forEach(({ product }, item) => expect(texts[item]).toContain(product));
	expect(fake.runs).toHaveLength(3);
});

test('five runs of 3 s each end in less than 5 s', async () => {
	fake.set({ durationMs: 3000 });
	const items = [1, 2, 3, 4, 5].map((n) => ({ product: `product ${n}` }));
	const began = Date.now();
	const { json } = await startAndWait({}, {}, { items }).execute();
	expect(Date.now() - began).toBeLessThan(5000);
	expect(json.map(({ output }) => JSON.stringify(output))).toEqual(
		items.map(({ product }) => expect.stringContaining(product)),
	);
});

test('no item has a top-level error, not even of a run that came with one', async () => {
	fake.set({ runRules: [chairFails] });
	const { json } = await startAndWait({}, { onFailedRun: 'continue' }).execute();
	expect(json.map((item) => 'error' in item)).toEqual([false, false, false]);
	expect(json[1]).toMatchObject({ status: 'FAILED', failure: { message: 'no seat' } });
});

test('a failed run stops the node once, after all others are over, naming item, workflow, run and reason', async () => {
	fake.set({ runRules: [chairFails, { inputContains: 'desk', durationMs: 1500 }] });
	const { error } = await startAndWait().execute();
	const run = fake.runs.find(({ input }) => input['Input 1'] === 'chair');
	expect(error?.message).toBe(`Run ${run?.id} of workflow WCFG-1 failed: no seat [Item 1]`);
	expect(Date.now()).toBeGreaterThanOrEqual(fake.lastRunEnd());
});

test('many failed runs are one line for each cause, with all ids in the details', async () => {
	fake.set({
		runRules: [
			{ inputContains: 'product 3', end: 'FAILED', error: 'no seat' },
			{ end: 'FAILED', error: { message: 'out of words' } },
		],
	});
	const items = Array.from({ length: 50 }, (_, n) => ({ product: `product ${n}` }));
	const { error } = await startAndWait({}, {}, { items }).execute();
	expect(error?.message).toBe(
		'50 of 50 runs failed: out of words (items 0 to 2, 4 to 29 and 40 to 49); no seat (items 3 and 30 to 39)',
	);
	const ids = fake.runs.map(({ id }) => id);
	expect(ids.filter((id) => error?.message.includes(id))).toEqual([]);
	const details = (error as { messages?: string[] }).messages ?? [];
	expect(details).toHaveLength(50);
	expect(ids.filter((id) => !details.some((line) => line.includes(id)))).toEqual([]);
	expect(details[7]).toMatch(/^Run WRUN-\S+ of workflow WCFG-1 failed: out of words \[Item 7\]$/);
});

test('a failed run tells which buttons start what, and how to get the texts of the others', async () => {
	fake.set({ runRules: [chairFails] });
	const { error } = await startAndWait().execute();
	expect(error?.description).toMatch(/Executions > Retry and Retry On Fail start only failed runs/);
	expect(error?.description).toMatch(/Execute step starts every item again/);
	expect(error?.description).toMatch(/set 'On Failed Run' to 'Continue' or use the Get Many/);
});

test.each([1, 2, 30])('a message of %i failed runs has 400 characters at most', async (count) => {
	const items = Array.from({ length: count }, (_, n) => ({ product: `product ${n}` }));
	fake.set({
		runRules: items.map(({ product }) => ({
			inputContains: product,
			end: 'FAILED',
			error: `${product}: ${'very long '.repeat(100)}`,
		})),
	});
	const { error } = await startAndWait({}, {}, { items }).execute();
	expect(error?.message.length).toBeGreaterThan(200);
	expect(error?.message.length).toBeLessThanOrEqual(400);
	expect(error?.message).toMatch(
		count === 1 ? / \[Item 0\]$/ : /^\d+ of \d+ runs failed: product 0/,
	);
	expect((error as { context?: IDataObject }).context?.itemIndex).toBeUndefined();
});

describe('an item of a failed run, with continue on error', () => {
	const chairRun = () => fake.runs.find(({ input }) => input['Input 1'] === 'chair')!;
	const expected = () => ({
		message: `Run ${chairRun().id} of workflow WCFG-1 failed: no seat [Item 1]`,
		description: expect.stringContaining('Open the run in Copy.ai'),
		runId: chairRun().id,
		workflowId: 'WCFG-1',
		status: 'FAILED',
		startKey: chairRun().metadata?.n8nStartKey,
	});

	test('comes out in its place, paired with its item, and says which run it is about', async () => {
		fake.set({ runRules: [chairFails] });
		const { outputs } = await startAndWait({ onError: 'continueRegularOutput' }).execute();
		expect(outputs[0].map(({ json }) => json.status)).toEqual(['COMPLETE', undefined, 'COMPLETE']);
		expect(outputs[0][1].json).toEqual({ error: expected() });
		expect(outputs[0][1].pairedItem).toEqual({ item: 1 });
	});

	test('goes to the output for errors, together with the fields of its row', async () => {
		fake.set({ runRules: [chairFails] });
		const { outputs } = await startAndWait({ onError: 'continueErrorOutput' }).execute();
		expect(outputs[0].map(({ json }) => json.status)).toEqual(['COMPLETE', 'COMPLETE']);
		expect(outputs[1].map(({ json }) => json)).toEqual([{ product: 'chair', error: expected() }]);
	});

	test('can be waited for by its run and workflow when it was not finished in time', async () => {
		fake.set({ runRules: [{ inputContains: 'chair', durationMs: 5_000 }] });
		const settings = { onError: 'continueErrorOutput' as const };
		const { outputs } = await startAndWait(settings, { timeout: 1 }).execute();
		const [open] = outputs[1];
		expect(errorOf(open)).toMatchObject({ runId: chairRun().id, status: 'PROCESSING' });
		const { json } = await prepare({
			credential,
			items: [open.json],
			parameters: {
				resource: 'workflowRun',
				operation: 'wait',
				workflowId: byId('={{ $json.error.workflowId }}'),
				runId: byId('={{ $json.error.runId }}'),
			},
		}).execute();
		expect(json.map(({ id, status }) => [id, status])).toEqual([[chairRun().id, 'COMPLETE']]);
	});

	test('stops the node with On Error > Stop, and the details name the run', async () => {
		fake.set({ runRules: [chairFails] });
		const { error } = await startAndWait().execute();
		expect(error?.message).toBe(expected().message);
		expect((error as { messages?: string[] }).messages).toEqual([expected().message]);
	});
});

test('Retry On Fail reuses what it started and starts only the failed run again: 4 runs in all', async () => {
	fake.set({ runRules: [{ ...chairFails, times: 1 }] });
	const { json, error } = await startAndWait({ retryOnFail: true, maxTries: 3 }).execute();
	expect(error).toBeUndefined();
	expect(json.map(({ status }) => status)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
	expect(started().sort()).toEqual(['chair', 'chair', 'desk', 'lamp']);
	const keys = fake.runs
		.filter(({ input }) => input['Input 1'] === 'chair')
		.map(({ metadata }) => metadata?.n8nStartKey);
	expect(keys[1]).toBe(`${String(keys[0])}.2`);
});

test('Retry On Fail with continue on error starts nothing twice either', async () => {
	fake.set({ runRules: [{ inputContains: 'lamp', end: 'FAILED' }] });
	const settings = { retryOnFail: true, maxTries: 3, onError: 'continueRegularOutput' as const };
	const { outputs } = await startAndWait(settings).execute();
	expect(outputs[0].map(({ json }) => json.status)).toEqual([undefined, 'COMPLETE', 'COMPLETE']);
	expect(started().filter((product) => product !== 'lamp')).toHaveLength(2);
});

test('Executions > Retry after one of three FAILED starts one', async () => {
	fake.set({ runRules: [{ ...chairFails, times: 1 }] });
	const flow = startAndWait();
	const first = await flow.execute();
	expect(first.error?.message).toContain('of workflow WCFG-1 failed');
	const second = await flow.retry(first);
	expect(second.json.map(({ status }) => status)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
	expect(started()).toHaveLength(4);
	// The same row retried once more has the same old context, and still finds what the first retry started.
	const third = await flow.retry(first);
	expect(third.json.map(({ id }) => id)).toEqual(second.json.map(({ id }) => id));
	expect(started()).toHaveLength(4);
});

test('a start that was refused is made again by Retry On Fail, and only that one', async () => {
	fake.set({
		faults: [{ kind: 'serverErrorBefore', on: ['startRun'], inputContains: 'chair', times: 1 }],
	});
	const { json } = await startAndWait({ retryOnFail: true }).execute();
	expect(json).toHaveLength(3);
	expect(started().sort()).toEqual(['chair', 'desk', 'lamp']);
}, 180_000);

test('an answer lost after the run was made costs no second run', async () => {
	fake.set({
		faults: [{ kind: 'resetAfter', on: ['startRun'], inputContains: 'chair', times: 1 }],
	});
	const { json } = await startAndWait().execute();
	expect(json.map(({ status }) => status)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
	expect(started().sort()).toEqual(['chair', 'desk', 'lamp']);
});

test('in a loop each batch starts its own runs, each once', async () => {
	const items = Array.from({ length: 7 }, (_, n) => ({ product: 'the same', n }));
	fake.set({ durationMs: 50 });
	const { run } = await startAndWait({ retryOnFail: true }, {}, { items, batchSize: 3 }).execute();
	const tasks = run.data.resultData.runData['Copy.ai'];
	expect(tasks.map(({ data }) => data?.main[0]?.length)).toEqual([3, 3, 1]);
	expect(fake.runs).toHaveLength(7);
	const ids = tasks.flatMap(({ data }) => (data?.main[0] ?? []).map(({ json }) => json.id));
	expect(new Set(ids).size).toBe(7);
});

test('at the timeout the node stops with the run, its last status and what to do', async () => {
	fake.set({ runRules: [{ inputContains: 'chair', end: 'never' }] });
	const began = Date.now();
	const { error } = await startAndWait({}, { timeout: 1 }).execute();
	expect(Date.now() - began).toBeLessThan(2500);
	expect(error?.message).toMatch(
		/^Run WRUN-\S+ of workflow WCFG-1 did not finish within 1 second\. Last status: \w+\. \[Item 1\]$/,
	);
	expect(error?.description).toContain('Wait operation');
});

test('On Timeout "continue" outputs the run with its current status', async () => {
	fake.set({ runRules: [{ inputContains: 'chair', end: 'never' }] });
	const { json } = await startAndWait({}, { timeout: 1, onTimeout: 'continue' }).execute();
	expect(json.map(({ status }) => status)).toEqual([
		'COMPLETE',
		expect.not.stringMatching(/COMPLETE|FAILED/),
		'COMPLETE',
	]);
});

test('Stop ends the waiting within half a second, and nothing is sent after it', async () => {
	fake.set({ durationMs: 20_000 });
	const running = startAndWait({ retryOnFail: true, maxTries: 3 }).begin();
	await new Promise((resolve) => setTimeout(resolve, 1200));
	const stopped = Date.now();
	running.stop();
	await running.done.catch(() => undefined);
	expect(Date.now() - stopped).toBeLessThan(500);
	const sent = fake.counts.total;
	await new Promise((resolve) => setTimeout(resolve, 2500));
	expect(fake.counts.total).toBe(sent);
	expect(fake.runs).toHaveLength(3);
});

test('two items with one start key share one run, also in the next execution', async () => {
	const items = [
		{ product: 'lamp', row: 7 },
		{ product: 'lamp', row: 7 },
		{ product: 'desk', row: 8 },
	];
	const flow = () => startAndWait({}, { startKey: '=row-{{ $json.row }}' }, { items }).execute();
	const first = await flow();
	expect(fake.runs).toHaveLength(2);
	expect(first.json[0].id).toBe(first.json[1].id);
	const second = await flow();
	expect(second.json.map(({ id }) => id)).toEqual(first.json.map(({ id }) => id));
	expect(fake.runs).toHaveLength(2);
});

test('two items with one start key and different values are refused, naming both, and nothing is started', async () => {
	const items = [
		{ product: 'lamp', row: 7 },
		{ product: 'desk', row: 8 },
		{ product: 'chair', row: 7 },
	];
	const { outputs } = await startAndWait(
		{ onError: 'continueRegularOutput' },
		{ startKey: '=row-{{ $json.row }}' },
		{ items },
	).execute();
	expect(started()).toEqual(['desk']);
	const [first, , third] = outputs[0].map(({ json }) => json.error && errorOf({ json }).message);
	expect(first).toBe('Items 0 and 2 have the same start key, row-7, but different values [Item 0]');
	expect(third).toContain('Items 0 and 2 have the same start key, row-7');
});

test('a start key of an earlier execution with different values is refused, naming its run', async () => {
	const flow = (product: string) =>
		startAndWait({}, { startKey: 'row-7' }, { items: [{ product }] }).execute();
	const { json } = await flow('lamp');
	const { error } = await flow('desk');
	expect(error?.message).toContain(
		`The start key row-7 belongs to run ${String(json[0].id)}, which was started with different values`,
	);
	expect(started()).toEqual(['lamp']);
});

test('in a loop a start key holds although lists are late: what was started under it is known', async () => {
	fake.set({ unlistedForMs: 5_000, durationMs: 50 });
	const items = Array.from({ length: 3 }, () => ({ product: 'lamp' }));
	const { run } = await startAndWait({}, { startKey: 'row-7' }, { items, batchSize: 1 }).execute();
	const tasks = run.data.resultData.runData['Copy.ai'];
	expect(tasks).toHaveLength(3);
	const ids = tasks.flatMap(({ data }) => (data?.main[0] ?? []).map(({ json }) => json.id));
	expect(new Set(ids).size).toBe(1);
	expect(started()).toEqual(['lamp']);
});

test('outputs that are JSON text become values, unless a number would lose digits', async () => {
	const output = { list: '[1,2.50]', big: '{"id":12345678901234567890}', text: 'plain', none: '' };
	fake.set({ runRules: [{ output }] });
	const [parsed] = (await startAndWait().execute()).json;
	expect(parsed.output).toEqual({ ...output, list: [1, 2.5] });
	const [raw] = (await startAndWait({}, { parseJson: false }).execute()).json;
	expect(raw.output).toEqual(output);
});

test('never more calls at once than Concurrency says', async () => {
	fake.set({ latencyMs: 50 });
	const items = Array.from({ length: 12 }, (_, n) => ({ product: `product ${n}` }));
	await startAndWait({}, { concurrency: 3 }, { items }).execute();
	expect(fake.maxInFlight).toBe(3);
});
