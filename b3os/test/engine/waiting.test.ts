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

/** The item at this position is started with what waits for an approval for an hour. */
function withWaiting(position: number): IDataObject[] {
	const items = [{ token: 'ETH' }, { token: 'SOL' }];
	items.splice(position, 0, { token: 'ASK' });
	return items;
}

const asks = {
	payloadContains: 'ASK',
	durationMs: 3_600_000,
	wait: { triggerType: 'human-approval', timeoutMs: 7_200_000 },
};

const startAndWait = (position: number, options: IDataObject, rest: Rest = {}) =>
	flow(
		fake,
		'startAndWait',
		{ ...payloadOfItem, options },
		{
			items: withWaiting(position),
			settings: { onError: 'continueRegularOutput' },
			...rest,
		},
	).execute();

describe.each([0, 1])('a run that waits for an approval, item %i', (position) => {
	beforeEach(() => fake.service.set({ runRules: [asks] }));

	test('is returned at once with On Waiting: Continue, with what it waits for and until when', async () => {
		const began = Date.now();
		const { outputs } = await startAndWait(position, { onWaiting: 'continue' });
		const json = outputs[0].map((item) => item.json);
		expect(Date.now() - began).toBeLessThan(5_000);
		const run = fake.service.runs.find(({ payload }) => payload.token === 'ASK')!;
		expect(json[position]).toMatchObject({
			id: run.id,
			status: 'waiting',
			waiting: [
				{
					node: 'ask',
					for: 'human-approval',
					since: new Date(run.startedAt).toISOString(),
					until: new Date(run.startedAt + 7_200_000).toISOString(),
				},
			],
		});
		expect(json[position].failure).toBeUndefined();
		expect(json.filter(({ status }) => status === 'success')).toHaveLength(2);
	});

	test('is waited for by default, and at the timeout the message says that it waits', async () => {
		const { outputs } = await startAndWait(position, { timeout: 30 });
		expect(messageOf(outputs[0][position].json)).toMatch(
			/did not finish within 30 seconds\. Last status: waiting\./,
		);
	});

	test('is waited for to its end when there is time', async () => {
		const { outputs } = await startAndWait(position, { timeout: 4_000 });
		expect(outputs[0].map(({ json }) => json.status)).toEqual(['success', 'success', 'success']);
	});
});

test('Wait returns it too, and Get shows what it waits for', async () => {
	const [run] = fake.service.seedRuns([{ status: 'waiting', rule: { wait: asks.wait } }]);
	const waited = await flow(fake, 'wait', {
		runId: byId(run.id),
		options: { onWaiting: 'continue', nodeIds: 'quote' },
	}).execute();
	const got = await flow(fake, 'get', { runId: byId(run.id) }).execute();
	for (const { json } of [waited, got]) {
		expect(json[0]).toMatchObject({ status: 'waiting', waiting: [{ node: 'ask' }] });
	}
});

test('a choice that is none is refused before anything is sent', async () => {
	const { outputs } = await startAndWait(0, { onWaiting: 'resume' });
	expect(messageOf(outputs[0][0].json)).toMatch(/'On Waiting' must be Keep Waiting or Continue/);
	expect(fake.service.counts.total).toBe(0);
});
