/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IDataObject } from 'n8n-workflow';
import { byId, errorOf } from '../../../test/engine/harness';
import { type FakeB3os, forkMark, nodeMark, startFakeB3os, triggerMark } from '../fakes/b3os';
import { flow, payloadOfItem, type Rest, three } from './nodeUnderTest';
import { useVirtualTime } from '../../../test/support/virtualTime';

useVirtualTime();

let fake: FakeB3os;

beforeAll(async () => {
	fake = await startFakeB3os({ durationMs: 300 });
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

function startAndWait(options: IDataObject = {}, rest: Rest = {}, parameters: IDataObject = {}) {
	return flow(
		fake,
		'startAndWait',
		{ ...payloadOfItem, options, ...parameters },
		{ items: three, ...rest },
	);
}

const started = () => fake.service.runs.map(({ payload }) => payload.token);
const posted = () => fake.service.requests.filter(({ endpoint }) => endpoint === 'startRun');
const solFails = { payloadContains: 'SOL', end: 'failure' as const, reason: 'no liquidity' };

test('three items come out as three finished runs, in item order, each paired with its item', async () => {
	const { outputs, error } = await startAndWait().execute();
	expect(error).toBeUndefined();
	expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual(
		[0, 1, 2].map((item) => ({ item })),
	);
	expect(outputs[0].map(({ json }) => json)).toEqual(
		three.map(({ token }) => ({
			id: expect.stringMatching(/^run_[0-9a-f]{32}$/),
			workflowId: 'wf_swap',
			workflowVersion: 3,
			status: 'success',
			output: { quote: { price: 42, of: [token] }, swap: { hash: '0xabc' } },
			totalCu: 12,
			startedAt: expect.any(String),
			finishedAt: expect.any(String),
		})),
	);
});

test('polls are light, and each run is read whole once', async () => {
	const { json } = await startAndWait({}, { items: three.slice(0, 1) }).execute();
	expect(json).toHaveLength(1);
	const reads = fake.service.requests.filter(({ endpoint }) => endpoint === 'getRun');
	const whole = reads.filter(({ query }) => query.summary !== 'true');
	expect(reads.length).toBeGreaterThan(1);
	expect(whole).toHaveLength(1);
	expect(reads.at(-1)).toBe(whole[0]);
});

test('many runs are followed by the page and still read whole once each', async () => {
	const items = Array.from({ length: 20 }, (_, n) => ({ token: `T${n}` }));
	const { json } = await startAndWait({ concurrency: 20 }, { items }).execute();
	expect(json.map(({ output }) => (output as IDataObject).quote)).toEqual(
		items.map(({ token }) => ({ price: 42, of: [token] })),
	);
	const whole = fake.service.requests.filter(
		({ endpoint, query }) => endpoint === 'getRun' && query.summary !== 'true',
	);
	expect(whole).toHaveLength(20);
	expect(fake.service.counts.listRuns).toBeGreaterThan(0);
});

test('not simplified, everything comes with secrets masked, and none of them is anywhere', async () => {
	const { json, run } = await startAndWait({}, {}, { simplify: false }).execute();
	expect(json[0]).toMatchObject({
		isSimulation: false,
		triggerSource: 'api',
		executionState: {
			root: { type: 'manual' },
			quote: { input: { token: 'ETH', apiKey: '***', auth: { token: '***', user: 'me' } } },
		},
		workflowDefinition: { triggerSecret: '***', nodes: { quote: { payload: { apiKey: '***' } } } },
	});
	const everything = JSON.stringify(run);
	expect(everything).not.toContain(triggerMark);
	expect(everything).not.toContain(nodeMark);
	expect(everything).not.toContain(fake.service.settings.apiKey);
});

test('the address of a simulation has no place in an execution: it lets anybody write to the fork', async () => {
	const { json, run } = await startAndWait({ simulate: true }, {}, { simplify: false }).execute();
	const fork = { chainId: 8453, forkId: 'fork_1', rpcUrl: '***' };
	expect(json[2]).toMatchObject({ isSimulation: true, simulationForks: [fork] });
	expect(JSON.stringify(run)).not.toContain(forkMark);
});

test('a failed run stops the node once, after all others are over, naming item, workflow, run and reason', async () => {
	fake.service.set({
		runRules: [solFails, { payloadContains: 'B3', durationMs: 1500 }],
	});
	const { error } = await startAndWait().execute();
	const run = fake.service.runs.find(({ payload }) => payload.token === 'SOL');
	expect(error?.message).toBe(
		`Run ${run?.id} of workflow wf_swap failed: swap: no liquidity [Item 1]`,
	);
	expect(Date.now()).toBeGreaterThanOrEqual(Math.max(...fake.service.runs.map((r) => r.endsAt)));
});

test('On Failed Run "continue" puts it out with the reason nested, and no item has a top-level error', async () => {
	fake.service.set({ runRules: [{ ...solFails, fields: { error: 'ouch' } }] });
	const { json } = await startAndWait({ onFailedRun: 'continue' }).execute();
	expect(json.map((item) => 'error' in item)).toEqual([false, false, false]);
	expect(json[1]).toMatchObject({
		status: 'failure',
		failure: { message: 'swap: no liquidity', nodes: ['swap'] },
		output: { swap: { error: 'no liquidity' } },
	});
});

test('a cancelled run goes the way of a failed one, a partial one comes out with what did not succeed', async () => {
	fake.service.set({
		runRules: [
			{ payloadContains: 'SOL', end: 'cancelled' },
			{ payloadContains: 'B3', end: 'partial' },
		],
	});
	const { outputs } = await startAndWait(
		{},
		{ settings: { onError: 'continueRegularOutput' } },
	).execute();
	expect(outputs[0].map(({ json }) => json.status)).toEqual(['success', undefined, 'partial']);
	expect(errorOf(outputs[0][1]).message).toMatch(
		/of workflow wf_swap failed: The run was canceled \[Item 1\]$/,
	);
	expect(outputs[0][2].json).toMatchObject({
		output: { quote: { price: 42 } },
		failure: { nodes: ['swap'] },
	});
});

test('Retry On Fail starts only what failed again, under a run ID of its own', async () => {
	fake.service.set({ runRules: [{ ...solFails, times: 1 }] });
	const { json, error } = await startAndWait(
		{},
		{ settings: { retryOnFail: true, maxTries: 3 } },
	).execute();
	expect(error).toBeUndefined();
	expect(json.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
	expect(started().sort()).toEqual(['B3', 'ETH', 'SOL', 'SOL']);
	const ids = fake.service.runs.filter(({ payload }) => payload.token === 'SOL');
	expect(ids[1].id).toBe(`${ids[0].id}__attempt2`);
});

test('Executions > Retry after one of three failed starts one, and taken twice still one', async () => {
	fake.service.set({ runRules: [{ ...solFails, times: 1 }] });
	const work = startAndWait();
	const first = await work.execute();
	expect(first.error?.message).toContain('of workflow wf_swap failed');
	const second = await work.retry(first);
	expect(second.json.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
	const third = await work.retry(first);
	expect(third.json.map(({ id }) => id)).toEqual(second.json.map(({ id }) => id));
	expect(started()).toHaveLength(4);
});

describe.each(['documented', 'otherCode', 'conflict', 'secondRun'] as const)(
	'an answer that is lost costs no second run (a second start with one run ID: %s)',
	(duplicateStart) => {
		test.each(['serverErrorAfter', 'htmlAfter', 'emptyAfter', 'cutAfter', 'resetAfter'] as const)(
			'%s: the run is looked up before anything is sent again, and taken',
			async (kind) => {
				fake.service.set({
					duplicateStart,
					faults: [{ kind, on: ['startRun'], payloadContains: 'SOL', times: 1 }],
				});
				const { json } = await startAndWait().execute();
				expect(json.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
				expect(started().sort()).toEqual(['B3', 'ETH', 'SOL']);
				expect(posted()).toHaveLength(3);
			},
		);

		test.each(['serverErrorBefore', 'badGatewayBefore', 'resetBefore'] as const)(
			'%s: it is started again under the same run ID, once it is sure that there is none',
			async (kind) => {
				fake.service.set({
					duplicateStart,
					faults: [{ kind, on: ['startRun'], payloadContains: 'SOL', times: 1 }],
				});
				const began = Date.now();
				const { json } = await startAndWait().execute();
				expect(json.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
				expect(started().sort()).toEqual(['B3', 'ETH', 'SOL']);
				expect(Date.now() - began).toBeGreaterThanOrEqual(60_000);
				const ids = posted()
					.filter(({ body }) => JSON.stringify(body).includes('SOL'))
					.map(({ body }) => (body as IDataObject).runId);
				expect(ids).toEqual([ids[0], ids[0]]);
			},
		);

		test('a run that shows only after 45 seconds is found, not started again', async () => {
			fake.service.set({
				duplicateStart,
				notFoundForMs: 45_000,
				faults: [{ kind: 'resetAfter', on: ['startRun'], payloadContains: 'SOL', times: 1 }],
			});
			await startAndWait({ timeout: 120 }, { items: three.slice(1, 2) }).execute();
			expect(started()).toEqual(['SOL']);
		});
	},
);

test('429 is surely not processed: it is started at the next try, within seconds', async () => {
	fake.service.set({
		faults: [{ kind: 'tooManyRequests', on: ['startRun'], payloadContains: 'SOL', times: 2 }],
	});
	const began = Date.now();
	const { json } = await startAndWait().execute();
	expect(json.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
	expect(started().sort()).toEqual(['B3', 'ETH', 'SOL']);
	expect(Date.now() - began).toBeLessThan(6000);
});

test('a run that can not be read just after its start is followed all the same', async () => {
	fake.service.set({ notFoundForMs: 1200 });
	const { json } = await startAndWait({}, { items: three.slice(0, 1) }).execute();
	expect(json[0].status).toBe('success');
});

test('two items with one run ID share one run, also in the next execution', async () => {
	const items = [{ row: 7 }, { row: 7 }, { row: 8 }];
	const work = () => startAndWait({ runId: '=run_row_{{ $json.row }}' }, { items }).execute();
	const first = await work();
	expect(first.json.map(({ id }) => id)).toEqual(['run_row_7', 'run_row_7', 'run_row_8']);
	const second = await work();
	expect(second.json.map(({ id }) => id)).toEqual(first.json.map(({ id }) => id));
	expect(fake.service.runs).toHaveLength(2);
});

test('a run ID whose run failed is started again as its second attempt, and that one is taken from then on', async () => {
	fake.service.set({ runRules: [{ end: 'failure', times: 1 }] });
	const work = async () =>
		await startAndWait({ runId: 'run_mine' }, { items: [{ token: 'ETH' }] }).execute();
	expect((await work()).error?.message).toContain('Run run_mine of workflow wf_swap failed');
	expect((await work()).json[0].id).toBe('run_mine__attempt2');
	expect((await work()).json[0].id).toBe('run_mine__attempt2');
	expect(fake.service.runs).toHaveLength(2);
});

test('a run ID that belongs to another workflow is refused, and only that item', async () => {
	fake.service.seedRuns([{ id: 'run_a', workflowId: 'wf_report' }]);
	const { outputs } = await startAndWait(
		{ runId: '={{ $json.id }}' },
		{
			items: [{ id: 'run_a' }, { id: 'run_b' }],
			settings: { onError: 'continueRegularOutput' },
		},
	).execute();
	expect(errorOf(outputs[0][0]).message).toMatch(
		/there is one of workflow wf_report with this ID \[Item 0\]/,
	);
	expect(outputs[0][1].json).toMatchObject({ id: 'run_b', status: 'success' });
});

test.each<[what: string, seed: object, options: IDataObject, difference: RegExp]>([
	['a simulation', { fields: { isSimulation: true } }, {}, /it is a simulation/],
	['a real run', {}, { simulate: true }, /it is not a simulation/],
	['another version', {}, { version: 4 }, /it is of version 3/],
	['another payload', { payload: { token: 'DOGE' } }, {}, /different values/],
])('a run ID of %s is refused, and nothing is started', async (_, seed, options, difference) => {
	fake.service.seedRuns([
		{ id: 'run_a', workflowId: 'wf_swap', payload: { token: 'ETH' }, ...seed },
	]);
	const items = [{ token: 'ETH' }];
	const { error } = await startAndWait({ ...options, runId: 'run_a' }, { items }).execute();
	expect(error?.message).toMatch(/Run run_a exists already, but it was started with different/);
	expect(error?.message).toMatch(difference);
	expect(fake.service.runs).toHaveLength(1);
});

test('in a loop each batch starts its own runs, each once', async () => {
	const items = Array.from({ length: 7 }, () => ({ token: 'the same' }));
	fake.service.set({ durationMs: 50 });
	const { run } = await startAndWait(
		{},
		{ items, batchSize: 3, settings: { retryOnFail: true } },
	).execute();
	const tasks = run.data.resultData.runData.B3OS;
	expect(tasks.map(({ data }) => data?.main[0]?.length)).toEqual([3, 3, 1]);
	expect(fake.service.runs).toHaveLength(7);
});

test('at the timeout the node stops with the run, its last status and what to do, or continues if set so', async () => {
	fake.service.set({ runRules: [{ payloadContains: 'SOL', end: 'never' }] });
	const began = Date.now();
	const { error } = await startAndWait({ timeout: 1 }).execute();
	expect(Date.now() - began).toBeLessThan(2500);
	expect(error?.message).toMatch(
		/^Run run_\w+ of workflow wf_swap did not finish within 1 second\. Last status: \w+\. \[Item 1\]$/,
	);
	expect(error?.description).toContain('Wait operation');
	const { json } = await startAndWait({ timeout: 1, onTimeout: 'continue' }).execute();
	expect(json.map(({ status }) => status)).toEqual([
		'success',
		expect.stringMatching(/running|waiting/),
		'success',
	]);
});

test('Stop ends the waiting within half a second, and nothing is sent after it', async () => {
	fake.service.set({ durationMs: 20_000 });
	const running = startAndWait({}, { settings: { retryOnFail: true } }).begin();
	await new Promise((resolve) => setTimeout(resolve, 1200));
	const stopped = Date.now();
	running.stop();
	await running.done.catch(() => undefined);
	expect(Date.now() - stopped).toBeLessThan(500);
	const sent = fake.service.counts.total;
	await new Promise((resolve) => setTimeout(resolve, 2000));
	expect(fake.service.counts.total).toBe(sent);
	expect(fake.service.runs).toHaveLength(3);
});

test('never more calls at once than Concurrency says', async () => {
	fake.service.set({ latencyMs: 50 });
	const items = Array.from({ length: 12 }, (_, n) => ({ token: `T${n}` }));
	await startAndWait({ concurrency: 3 }, { items }).execute();
	expect(fake.maxInFlight).toBe(3);
});

describe('versions, simulations and what else a start can carry', () => {
	const one = { items: three.slice(0, 1) };

	test('an open draft runs unless the live version is asked for, and the editor is told', async () => {
		const report = { workflowId: byId('wf_report') };
		const draft = await startAndWait({}, one, report).execute();
		expect(draft.json[0].workflowVersion).toBe(4);
		const hints = draft.run.data.resultData.runData.B3OS[0].hints ?? [];
		expect(hints.map(({ message }) => message)).toEqual([
			"B3OS ran an open draft of The workflow report. Turn on 'Run Live Version' to run the published version.",
		]);
		fake.reset();
		const live = await startAndWait({ runLive: true }, { items: three }, report).execute();
		expect(live.json.map(({ workflowVersion }) => workflowVersion)).toEqual([3, 3, 3]);
		expect(live.run.data.resultData.runData.B3OS[0].hints ?? []).toEqual([]);
		expect(fake.service.counts.getLive).toBe(1);
	});

	test('without a live version nothing is started', async () => {
		const { error } = await startAndWait({ runLive: true }, one, {
			workflowId: byId('wf_draft'),
		}).execute();
		expect(error?.message).toMatch(/No live version.* \[Item 0\]$/);
		expect(fake.service.counts.startRun).toBe(0);
	});

	test('everything set arrives, and nothing that is not', async () => {
		await startAndWait(
			{ version: 2, simulate: true, triggerNodeId: 'other', chatMessageId: 'msg_1' },
			one,
		).execute();
		expect(posted()[0].body).toEqual({
			runId: expect.stringMatching(/^run_/),
			payload: { token: 'ETH' },
			version: 2,
			simulate: true,
			triggerNodeId: 'other',
			chatMessageId: 'msg_1',
		});
		fake.reset();
		await startAndWait({ allowEmpty: true }, one, { variablesJson: '{}' }).execute();
		expect(posted()[0].body).toEqual({ runId: expect.any(String), payload: {} });
	});

	test('values of the mapper go out under the names of the inputs, typed', async () => {
		const column = (id: string, type: string) => ({
			id,
			displayName: id,
			type,
			required: false,
			defaultMatch: false,
			display: true,
		});
		await startAndWait({}, one, {
			variablesInput: 'mapper',
			variables: {
				mappingMode: 'defineBelow',
				value: { token: '={{ $json.token }}', amount: '12.5', chains: '["base"]' },
				schema: [column('token', 'string'), column('amount', 'number'), column('chains', 'array')],
			},
		}).execute();
		expect(fake.service.runs[0].payload).toEqual({ token: 'ETH', amount: 12.5, chains: ['base'] });
	});
});
