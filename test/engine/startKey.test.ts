import type { IDataObject } from 'n8n-workflow';
import { type FakeCopyAi, startFakeCopyAi } from '../fakes/copyAi';
import { byId, errorOf, prepare } from './harness';
import { useVirtualTime } from '../support/virtualTime';

useVirtualTime();

let fake: FakeCopyAi;

beforeAll(async () => {
	fake = await startFakeCopyAi({ durationMs: 300 });
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

async function startWithKeys(items: IDataObject[]) {
	const { json } = await prepare({
		credential: { apiKey: fake.settings.apiKey, baseUrl: fake.url },
		items,
		settings: { onError: 'continueRegularOutput' },
		parameters: {
			resource: 'workflowRun',
			operation: 'start',
			workflowId: byId('WCFG-1'),
			variablesInput: 'fields',
			variableFields: { variable: [{ name: 'Input 1', value: '={{ $json.product }}' }] },
			options: { startKey: '={{ $json.key }}' },
		},
	}).execute();
	return json;
}

test('items with one start key and the same values share one run', async () => {
	const row = { key: 'row-1', product: 'lamp' };
	const [one, other] = await startWithKeys([row, row]);
	expect(one.id).toBe(other.id);
	expect(fake.runs).toHaveLength(1);
});

test('items with one start key and different values are refused, all others are started', async () => {
	const [one, other, third] = await startWithKeys([
		{ key: 'row-1', product: 'lamp' },
		{ key: 'row-1', product: 'chair' },
		{ key: 'row-2', product: 'desk' },
	]);
	for (const item of [one, other]) {
		expect(errorOf({ json: item }).message).toMatch(
			/Items 0 and 1 have the same start key, row-1, but different values/,
		);
	}
	expect(third.status).toBe('NEW');
	expect(fake.runs).toHaveLength(1);
});

test('a start key that an earlier execution used for other values is refused, naming its run', async () => {
	const [earlier] = await startWithKeys([{ key: 'row-1', product: 'lamp' }]);
	const [later] = await startWithKeys([{ key: 'row-1', product: 'chair' }]);
	expect(errorOf({ json: later }).message).toMatch(
		new RegExp(
			`row-1 belongs to run ${String(earlier.id)}, which was started with different values`,
		),
	);
	expect(fake.runs).toHaveLength(1);
});
