import type { IDataObject } from 'n8n-workflow';
import { type FakeCopyAi, startFakeCopyAi } from '../fakes/copyAi';
import { useVirtualTime } from '../support/virtualTime';
import { byId, errorOf, type NodeSettings, type TestCredential } from './harness';
import { executeAsleep } from './sleepHarness';

useVirtualTime();

let fake: FakeCopyAi;
let credential: TestCredential;

const MINUTE_MS = 60_000;

beforeAll(async () => {
	fake = await startFakeCopyAi({ durationMs: 5 * MINUTE_MS });
	credential = { apiKey: fake.settings.apiKey, baseUrl: fake.url };
});
beforeEach(() => fake.set({ durationMs: 5 * MINUTE_MS }));
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const three = ['lamp', 'chair', 'desk'].map((product) => ({ product }));

interface Rest {
	items?: IDataObject[];
	batchSize?: number;
	losesHelpers?: boolean;
	workflowSettings?: { executionTimeout: number };
	parameters?: IDataObject;
}

async function startAndWait(
	options: IDataObject = {},
	settings: NodeSettings = {},
	{ parameters, ...rest }: Rest = {},
) {
	return await executeAsleep({
		credential,
		items: three,
		settings,
		...rest,
		parameters: {
			resource: 'workflowRun',
			operation: 'startAndWait',
			workflowId: byId('WCFG-1'),
			variablesInput: 'fields',
			variableFields: { variable: [{ name: 'Input 1', value: '={{ $json.product }}' }] },
			options: { sleepWhileWaiting: true, ...options } as never,
			...(parameters as object),
		},
	});
}

const chairFails = { inputContains: 'chair', end: 'FAILED' as const, error: 'no seat' };
const chairNeverEnds = { inputContains: 'chair', end: 'never' as const };
const textsOf = (json: IDataObject[]) => json.map(({ output }) => (output as IDataObject)?.text);
const hintsOf = ({ run }: Awaited<ReturnType<typeof executeAsleep>>) =>
	(run.data.resultData.runData['Copy.ai'].at(-1)?.hints ?? []).map(({ message }) => message);

test('three runs of five minutes: one helper, results in item order, each paired and asked for few times', async () => {
	const began = Date.now();
	const { outputs, json, helpers, run } = await startAndWait();
	const took = Date.now() - began;
	expect(run.status).toBe('success');
	expect(textsOf(json)).toEqual(three.map(({ product }) => `Made from: ${product}`));
	expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual(
		[0, 1, 2].map((item) => ({ item, input: undefined })),
	);
	expect(fake.runs).toHaveLength(3);
	expect(helpers).toHaveLength(1);
	expect(helpers[0].sleeps).toBeGreaterThan(2);
	// Awake for a minute, and for 45 s after n8n's start; the rest is slept.
	expect(took - helpers[0].sleptMs).toBeLessThan(MINUTE_MS + 45_000 + 2000);
	expect(took).toBeLessThan(5 * MINUTE_MS + 70_000);
	expect(fake.counts.total / 3).toBeLessThanOrEqual(6);
});

test('many executions at once ask for each run few times, too', async () => {
	const executions = await Promise.all(
		Array.from({ length: 20 }, async () => await startAndWait()),
	);
	expect(executions.map(({ run }) => run.status)).toEqual(executions.map(() => 'success'));
	expect(fake.runs).toHaveLength(3 * executions.length);
	expect(fake.counts.total / fake.runs.length).toBeLessThanOrEqual(6);
});

test('runs that are over within a minute cost no sleep', async () => {
	fake.set({ durationMs: 20_000 });
	const { json, helpers } = await startAndWait();
	expect(textsOf(json)).toHaveLength(3);
	expect(helpers).toEqual([]);
});

test('runs of which some are over early: those are not asked for again', async () => {
	fake.set({ runRules: [{ inputContains: 'chair', durationMs: 5000 }] });
	const { json, helpers } = await startAndWait();
	expect(textsOf(json)).toEqual(three.map(({ product }) => `Made from: ${product}`));
	const [start] = helpers[0].run.data.resultData.runData.Start;
	const { runs, results } = start.data!.main[0]![0].json as { runs: object[]; results: object[] };
	expect([runs.length, results.length]).toEqual([2, 1]);
});

test('On Error > Stop: one failed run of three stops the node once, naming the run', async () => {
	fake.set({ runRules: [chairFails] });
	const { run, error } = await startAndWait();
	expect(run.status).toBe('error');
	const [{ id }] = fake.runs.filter(({ input }) => input['Input 1'] === 'chair');
	expect(error?.message).toBe(`Run ${id} of workflow WCFG-1 failed: no seat [Item 1]`);
	expect(error?.description).toContain('Open the run in Copy.ai');
});

test('On Error > Continue: the failed run is its own item, also the first one', async () => {
	fake.set({ runRules: [{ ...chairFails, inputContains: 'lamp' }] });
	const { json } = await startAndWait({}, { onError: 'continueRegularOutput' });
	expect(textsOf(json.slice(1))).toEqual(['Made from: chair', 'Made from: desk']);
	expect(errorOf({ json: json[0] })).toMatchObject({
		message: expect.stringContaining('failed: no seat [Item 0]'),
		runId: fake.runs.find(({ input }) => input['Input 1'] === 'lamp')!.id,
	});
});

test('On Error > Continue (using error output): the failed run goes there, alone', async () => {
	fake.set({ runRules: [chairFails] });
	const { outputs } = await startAndWait({}, { onError: 'continueErrorOutput' });
	expect(textsOf(outputs[0].map(({ json }) => json))).toEqual([
		'Made from: lamp',
		'Made from: desk',
	]);
	expect(outputs[1]).toHaveLength(1);
	expect(JSON.stringify(outputs[1][0].json)).toContain('no seat');
});

test('On Failed Run > Continue, not simplified, JSON as text: as without sleep', async () => {
	fake.set({ runRules: [chairFails], outputForm: 'jsonText' });
	const options = { onFailedRun: 'continue', parseJson: false };
	const { json } = await startAndWait(options, {}, { parameters: { simplify: false } });
	expect(json.map((item) => 'error' in item)).toEqual([false, false, false]);
	expect(json[1]).toMatchObject({ status: 'FAILED', failure: { message: 'no seat' } });
	expect(json[0].input).toEqual({ 'Input 1': 'lamp' });
	expect(typeof textsOf(json)[0]).toBe('string');
});

test('a loop of three batches: each sleeps, and each item has its own run', async () => {
	const { run, helpers } = await startAndWait({}, {}, { batchSize: 1 });
	expect(run.status).toBe('success');
	expect(run.data.resultData.runData['Copy.ai']).toHaveLength(3);
	expect(helpers).toHaveLength(3);
	expect(fake.runs.map(({ input }) => input['Input 1'])).toEqual(['lamp', 'chair', 'desk']);
});

test('a timeout of hours: the run that ends in time comes out, the other one is named', async () => {
	fake.set({ durationMs: 100 * MINUTE_MS, runRules: [chairNeverEnds] });
	const timeout = 2 * 3600;
	const { json, helpers } = await startAndWait({ timeout }, { onError: 'continueRegularOutput' });
	expect(json[0]).toMatchObject({ status: 'COMPLETE' });
	expect(errorOf({ json: json[1] }).message).toMatch(
		/^Run WRUN-.* did not finish within 7200 seconds\. Last status: PROCESSING\. \[Item 1\]$/,
	);
	expect(helpers[0].sleptMs).toBeLessThan(timeout * 1000);
	expect(helpers[0].sleptMs).toBeGreaterThan(timeout * 1000 - 2 * MINUTE_MS);
	expect(fake.counts.total).toBeLessThan(100);
});

test('On Timeout > Continue puts out the run as it is', async () => {
	fake.set({ runRules: [chairNeverEnds] });
	const { json } = await startAndWait({ onTimeout: 'continue' });
	expect(json.map(({ status }) => status)).toEqual(['COMPLETE', 'PROCESSING', 'COMPLETE']);
});

test('faults while awake in between are met by sleeping again', async () => {
	fake.set({
		faults: [
			{ on: ['getRun', 'listRuns'], kind: 'serverErrorBefore', times: 12 },
			{ on: ['getRun', 'listRuns'], kind: 'unauthorizedHtml', skip: 20, times: 12 },
		],
	});
	const { json, error } = await startAndWait();
	expect(error).toBeUndefined();
	expect(textsOf(json)).toEqual(three.map(({ product }) => `Made from: ${product}`));
});

test('a helper that n8n loses: no made-up item, each names its run', async () => {
	const { json } = await startAndWait(
		{},
		{ onError: 'continueRegularOutput' },
		{ losesHelpers: true },
	);
	expect(json).toHaveLength(3);
	json.forEach((item, index) => {
		const { id } = fake.runs.find(({ input }) => input['Input 1'] === three[index].product)!;
		expect(errorOf({ json: item })).toMatchObject({
			message: expect.stringContaining(`waited for run ${id}`),
			runId: id,
			startKey: expect.any(String),
		});
	});
});

test('the Wait operation sleeps too', async () => {
	const runs = fake.seedRuns(
		three.map(() => ({ workflowId: 'WCFG-1', status: 'PROCESSING' })) as never,
	);
	expect(runs).toHaveLength(3);
	const { json, helpers } = await startAndWait(
		{ onTimeout: 'continue', timeout: 300 },
		{},
		{
			items: runs.map(({ id }) => ({ id })),
			parameters: { operation: 'wait', runId: byId('={{ $json.id }}') },
		},
	);
	expect(json.map(({ id }) => id)).toEqual(runs.map(({ id }) => id));
	expect(helpers.length).toBeLessThanOrEqual(1);
});

test.each<[string, IDataObject, Rest, RegExp]>([
	[
		'a timeout of the workflow',
		{},
		{ workflowSettings: { executionTimeout: 3600 } },
		/settings have a timeout/,
	],
	[
		'a short timeout',
		{ timeout: 100, onTimeout: 'continue' },
		{},
		/'Timeout' is less than 180 seconds/,
	],
	['a credit budget', { creditBudget: 10 }, {}, /'Credit Budget' needs/],
])('%s: the node waits in the process, and one hint says why', async (_, options, rest, reason) => {
	const execution = await startAndWait(options, {}, rest);
	expect(execution.helpers).toEqual([]);
	expect(execution.json).toHaveLength(3);
	const said = hintsOf(execution).filter((message) => message.includes('Sleep While Waiting'));
	expect(said).toEqual([expect.stringMatching(reason)]);
});

test('a hint recommends a Start Key, unless there is one', async () => {
	fake.set({ durationMs: 1000 });
	expect(hintsOf(await startAndWait()).join()).toMatch(/Set 'Start Key' too/);
	fake.reset();
	const withKey = await startAndWait({ startKey: '={{ $json.product }}' });
	expect(hintsOf(withKey).join()).not.toMatch(/Start Key/);
});
