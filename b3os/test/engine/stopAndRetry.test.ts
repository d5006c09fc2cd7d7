/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IDataObject } from 'n8n-workflow';
import { byId, messageOf } from '../../../test/engine/harness';
import { useVirtualTime } from '../../../test/support/virtualTime';
import { type FakeB3os, startFakeB3os } from '../fakes/b3os';
import { flow, payloadOfItem, type Rest } from './nodeUnderTest';

useVirtualTime();

let fake: FakeB3os;

beforeAll(async () => {
	fake = await startFakeB3os({ durationMs: 300 });
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const three = [{ token: 'ETH' }, { token: 'SOL' }, { token: 'B3' }];
const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));
const statuses = () => fake.service.runs.map((run) => fake.service.statusOf(run));

/** Starts the node, stops it after a while, and gives it time for what it still does. */
async function stopAfter(
	ms: number,
	options: IDataObject,
	{ items = three, settings }: Rest = {},
): Promise<void> {
	const running = flow(
		fake,
		'startAndWait',
		{ ...payloadOfItem, options },
		{ items, settings },
	).begin();
	await sleep(ms);
	running.stop();
	await running.done.catch(() => undefined);
	await sleep(6_000);
}

describe('Cancel on Stop', () => {
	beforeEach(() => fake.service.set({ durationMs: 60_000 }));

	test('cancels the runs that are still open, within seconds, each once', async () => {
		fake.service.set({ runRules: [{ payloadContains: 'SOL', durationMs: 100 }] });
		await stopAfter(1_500, { cancelOnStop: true });
		expect(statuses().sort()).toEqual(['cancelled', 'cancelled', 'success']);
		expect(fake.service.counts.cancelRun).toBe(2);
		expect(fake.service.runs).toHaveLength(3);
	});

	test('is off by default', async () => {
		await stopAfter(1_500, {});
		expect(statuses()).not.toContain('cancelled');
		expect(fake.service.counts.cancelRun).toBe(0);
	});

	test('cancels a run whose start was under way, too', async () => {
		fake.service.set({ faults: [{ kind: 'silentAfter', on: ['startRun'], times: 1 }] });
		await stopAfter(1_500, { cancelOnStop: true });
		expect(statuses()).toEqual(['cancelled', 'cancelled', 'cancelled']);
	});

	test('cancels what a first try of the same execution has left open', async () => {
		await stopAfter(
			6_000,
			{ cancelOnStop: true, timeout: 2 },
			{ settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 500 } },
		);
		expect(statuses()).toEqual(['cancelled', 'cancelled', 'cancelled']);
	});

	test("leaves other executions' runs alone, that are shared by their run ID", async () => {
		fake.service.seedRuns([{ id: 'run_SOL', payload: { token: 'SOL' }, status: 'running' }]);
		await stopAfter(1_500, { cancelOnStop: true, runId: '=run_{{ $json.token }}' });
		const byIdOf = Object.fromEntries(
			fake.service.runs.map((run) => [run.id, fake.service.statusOf(run)]),
		);
		expect(byIdOf).toEqual({ run_SOL: 'running', run_ETH: 'cancelled', run_B3: 'cancelled' });
	});

	test('goes on with the others when one can not be canceled', async () => {
		fake.service.set({
			faults: [{ kind: 'forbiddenEmpty', on: ['cancelRun'], times: 1 }],
		});
		await stopAfter(1_500, { cancelOnStop: true });
		expect(statuses().filter((status) => status === 'cancelled')).toHaveLength(2);
	});
});

describe('Retry', () => {
	const retry = (runs: string[], parameters: IDataObject = {}, settings: Rest['settings'] = {}) =>
		flow(
			fake,
			'retry',
			{ workflowId: byId(''), runId: byId('={{ $json.run }}'), ...parameters },
			{
				items: runs.map((run) => ({ run })),
				settings: { onError: 'continueRegularOutput', ...settings },
			},
		);
	const seeded = (status: string) => fake.service.seedRuns([{ status }])[0].id;

	test.each([
		['id', 0],
		['runId', 1],
	] as const)(
		'continues failed runs as new ones (the answer says %s); a bad one, item %i, apart',
		async (retryAnswer, position) => {
			fake.service.set({ retryAnswer });
			const good = [seeded('failure'), seeded('cancelled')];
			const runs = [...good];
			runs.splice(position, 0, 'run_none');
			const { outputs } = await retry(runs).execute();
			const json = outputs[0].map((item) => item.json);
			expect(messageOf(json[position])).toMatch(/^Not found/);
			const retried = json.filter((_, index) => index !== position);
			expect(retried).toEqual(
				good.map((sourceRunId) => ({
					id: expect.stringMatching(/^run_/),
					workflowId: 'wf_swap',
					status: 'running',
					sourceRunId,
				})),
			);
			expect(fake.service.runs.slice(2).map(({ id }) => id)).toEqual(retried.map(({ id }) => id));
		},
	);

	test('waits for the new run if wanted', async () => {
		const failed = seeded('failure');
		const { json } = await retry([failed], { waitForFinish: true }).execute();
		expect(json[0]).toMatchObject({
			status: 'success',
			sourceRunId: failed,
			output: { swap: { hash: '0xabc' } },
		});
		expect(json[0].id).not.toBe(failed);
	});

	test.each(['success', 'partial', 'running', 'waiting'])(
		'of a run that is %s is refused, and nothing is sent',
		async (status) => {
			const { json } = await retry([seeded(status)]).execute();
			expect(messageOf(json[0])).toMatch(
				new RegExp(`has the status ${status}, so it wasn't retried`),
			);
			expect(fake.service.counts.retryRun).toBe(0);
		},
	);

	test('of a cancelled run that B3OS refuses says so', async () => {
		fake.service.set({ retryable: 'failedOnly' });
		const { json } = await retry([seeded('cancelled')]).execute();
		expect(messageOf(json[0])).toMatch(/409.*can not be retried/);
		expect(fake.service.runs).toHaveLength(1);
	});

	test('of one run in two items makes one new run', async () => {
		const failed = seeded('failure');
		const { json } = await retry([failed, failed]).execute();
		expect(json[0].id).toBe(json[1].id);
		expect(fake.service.runs).toHaveLength(2);
	});

	test.each(['resetAfter', 'emptyAfter', 'badGatewayBefore'] as const)(
		'whose answer is lost (%s) is never sent again, by no retry of n8n',
		async (kind) => {
			fake.service.set({ faults: [{ kind, on: ['retryRun'], times: 1 }] });
			const failed = seeded('failure');
			const settings = { onError: undefined, retryOnFail: true, maxTries: 3 };
			const work = retry([failed], {}, settings);
			const first = await work.execute();
			expect(first.error?.message).toMatch(/Couldn't confirm whether run run_\w+ was retried/);
			const second = await work.retry(first);
			expect(second.error?.message).toMatch(/Couldn't confirm/);
			expect(fake.service.counts.retryRun).toBe(1);
		},
	);

	test('is not made twice when n8n runs the node again', async () => {
		fake.service.set({ runRules: [{ end: 'failure', times: 1 }] });
		const settings = { onError: undefined, retryOnFail: true, maxTries: 3 };
		const { error } = await retry([seeded('failure')], { waitForFinish: true }, settings).execute();
		expect(error?.message).toMatch(/failed: swap/);
		expect(fake.service.counts.retryRun).toBe(1);
	});

	test('that was surely not processed is sent again', async () => {
		fake.service.set({ faults: [{ kind: 'tooManyRequests', on: ['retryRun'], times: 2 }] });
		const { json } = await retry([seeded('failure')]).execute();
		expect(json[0].status).toBe('running');
		expect(fake.service.runs).toHaveLength(2);
	});
});
