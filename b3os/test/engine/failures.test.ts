import type { IDataObject } from 'n8n-workflow';
import { byId } from '../../../test/engine/harness';
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

/** Three items, the one at this position with a token that a rule can be for. */
function withBad(position: number): IDataObject[] {
	const items = [{ token: 'ETH' }, { token: 'SOL' }];
	items.splice(position, 0, { token: 'BAD' });
	return items;
}

async function startAndWait(position: number, options: IDataObject = {}, rest: Rest = {}) {
	const { outputs } = await flow(
		fake,
		'startAndWait',
		{ ...payloadOfItem, options: { onFailedRun: 'continue', ...options } },
		{ items: withBad(position), settings: { onError: 'continueRegularOutput' }, ...rest },
	).execute();
	return outputs[0].map(({ json }) => json);
}

const activityCalls = () => fake.service.counts.listActivity;

describe.each([0, 1])('a failed run, item %i', (position) => {
	test('says why from its nodes, and nothing else is asked', async () => {
		fake.service.set({ runRules: [{ payloadContains: 'BAD', end: 'failure', reason: 'no gas' }] });
		const json = await startAndWait(position);
		expect(json[position]).toMatchObject({
			status: 'failure',
			failure: { message: 'swap: no gas', nodes: ['swap'] },
		});
		expect(json.filter(({ status }) => status === 'success')).toHaveLength(2);
		expect(activityCalls()).toBe(0);
	});

	test('whose nodes say nothing is looked up in the recent activity', async () => {
		fake.service.set({
			runRules: [{ payloadContains: 'BAD', end: 'failure', reason: 'no route', nodesTell: false }],
		});
		const json = await startAndWait(position);
		expect(json[position].failure).toEqual({ message: 'no route', nodes: ['swap'] });
		expect(activityCalls()).toBe(1);
	});

	test('says less when the key may not read the recent activity', async () => {
		fake.service.set({
			statsDenied: true,
			runRules: [{ payloadContains: 'BAD', end: 'failure', nodesTell: false }],
		});
		const json = await startAndWait(position);
		expect(json[position].failure).toEqual({
			message: 'swap: B3OS gave no reason',
			nodes: ['swap'],
		});
		expect(json.filter(({ status }) => status === 'success')).toHaveLength(2);
	});

	test('of a for-each node says which iterations failed, and has the output of the others', async () => {
		fake.service.set({
			runRules: [
				{
					payloadContains: 'BAD',
					end: 'partial',
					reason: 'no gas',
					forEach: { count: 4, failing: [1, 3] },
				},
			],
		});
		const json = await startAndWait(position);
		expect(json[position]).toMatchObject({
			status: 'partial',
			failure: {
				message: 'each[1].pay: no gas; each[3].pay: no gas',
				nodes: ['each'],
				iterations: { each: [1, 3] },
			},
			output: { each: [{ pay: { paid: 0 } }, {}, { pay: { paid: 2 } }, {}] },
		});
	});

	test('is read whole, whatever nodes are wanted, so that the reason is there', async () => {
		fake.service.set({ runRules: [{ payloadContains: 'BAD', end: 'failure', reason: 'no gas' }] });
		const json = await startAndWait(position, { nodeIds: 'quote' });
		expect(json[position].failure).toEqual({ message: 'swap: no gas', nodes: ['swap'] });
		expect(Object.keys(json[position].output as IDataObject)).toEqual(['quote']);
	});
});

test('many failures without a word cost a few requests, not one each, and one after a denial', async () => {
	fake.service.set({ runRules: [{ end: 'failure', nodesTell: false }] });
	const items = Array.from({ length: 30 }, (_, n) => ({ n }));
	await startAndWait(0, { concurrency: 30 }, { items });
	expect(activityCalls()).toBeLessThan(10);
	fake.service.set({ statsDenied: true });
	const before = activityCalls();
	await startAndWait(0, { concurrency: 1 }, { items });
	expect(activityCalls() - before).toBe(1);
});

test('the message of a node that stops has the reason', async () => {
	fake.service.set({ runRules: [{ end: 'failure', reason: 'no route', nodesTell: false }] });
	const [run] = fake.service.seedRuns([
		{ status: 'failure', rule: { reason: 'no route', nodesTell: false } },
	]);
	const { error } = await flow(fake, 'wait', { runId: byId(run.id) }).execute();
	expect(error?.message).toMatch(/failed: no route \[Item 0\]$/);
});
