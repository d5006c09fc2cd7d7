import type { IDataObject } from 'n8n-workflow';
import { byId, messageOf } from '../../../test/engine/harness';
import { useVirtualTime } from '../../../test/support/virtualTime';
import { type FakeB3os, startFakeB3os, textNodes } from '../fakes/b3os';
import { flow, payloadOfItem, type Rest } from './nodeUnderTest';

useVirtualTime();

let fake: FakeB3os;

beforeAll(async () => {
	fake = await startFakeB3os({ durationMs: 300 });
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const three = [{ token: 'ETH' }, { token: 'SOL' }, { token: 'B3' }];
const reads = () =>
	fake.service.requests.filter(
		({ endpoint, query }) => endpoint === 'getRun' && query.summary !== 'true',
	);
const startAndWait = async (options: IDataObject, rest: Rest = {}, parameters: IDataObject = {}) =>
	await flow(
		fake,
		'startAndWait',
		{ ...payloadOfItem, options, ...parameters },
		{ items: three, ...rest },
	).execute();

test('with Nodes only these are read and returned, also when not simplified', async () => {
	const { json } = await startAndWait({ nodeIds: 'swap, none' }, {}, { simplify: false });
	expect(json.map(({ output }) => output)).toEqual(three.map(() => ({ swap: { hash: '0xabc' } })));
	expect(json.map(({ executionState }) => Object.keys(executionState as object))).toEqual(
		three.map(() => ['swap']),
	);
	expect(reads().map(({ query }) => query.nodeIds)).toEqual(three.map(() => 'swap,none'));
});

test('each item has its own nodes, and items that share a run get theirs of it', async () => {
	const items = [
		{ id: 'run_a', want: 'quote' },
		{ id: 'run_a', want: ['swap'] },
		{ id: 'run_b', want: '' },
	];
	const { json } = await startAndWait(
		{ runId: '={{ $json.id }}', nodeIds: '={{ $json.want }}' },
		{ items },
		{ variablesJson: '={{ { id: $json.id } }}' },
	);
	expect(json.map(({ output }) => Object.keys(output as object))).toEqual([
		['quote'],
		['swap'],
		['quote', 'swap'],
	]);
});

test.each([0, 1])('nodes that are no text are refused, item %i', async (position) => {
	const items: IDataObject[] = [{ want: 'swap' }, { want: 'swap' }];
	items.splice(position, 0, { want: { a: 1 } });
	const { outputs } = await startAndWait(
		{ nodeIds: '={{ $json.want }}' },
		{ items, settings: { onError: 'continueRegularOutput' } },
	);
	const json = outputs[0].map((item) => item.json);
	expect(messageOf(json[position])).toMatch(/'Nodes' must be a list of node IDs/);
	expect(json.filter(({ status }) => status === 'success')).toHaveLength(2);
	expect(fake.service.runs).toHaveLength(2);
});

test('Get, Wait and Get Many with outputs read only these nodes too', async () => {
	const [run] = fake.service.seedRuns([{}]);
	const options = { nodeIds: 'quote', includeOutputs: true };
	for (const operation of ['get', 'wait', 'getAll']) {
		const { json } = await flow(fake, operation, { runId: byId(run.id), options }).execute();
		expect(json[0].output).toEqual({ quote: { price: 1 } });
	}
	expect(reads().map(({ query }) => query.nodeIds)).toEqual(['quote', 'quote', 'quote']);
});

test('runs with 20 nodes of 50 kB: one that is wanted takes a tenth of the bytes', async () => {
	const bytesWith = async (options: IDataObject) => {
		fake.reset();
		fake.service.set({ runRules: [{ nodes: textNodes(20, 50_000) }] });
		await startAndWait(options);
		return fake.service.bytesSent;
	};
	const all = await bytesWith({});
	const one = await bytesWith({ nodeIds: 'node3' });
	expect(all).toBeGreaterThan(3_000_000);
	expect(one).toBeLessThan(all / 10);
});
