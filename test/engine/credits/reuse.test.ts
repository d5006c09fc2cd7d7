import type { IDataObject } from 'n8n-workflow';
import { useVirtualTime } from '../../support/virtualTime';
import { messageOf } from '../harness';
import { CONTINUE, creditsTests, three } from './flow';

useVirtualTime();

const tests = creditsTests();
const { flow, started, starts } = tests;

const DAY = { reuseWithin: 24 };
const HOUR_MS = 3_600_000;

/** A past run of the workflow, from whoever started it. */
function pastRun(
	input: IDataObject,
	more: { status?: string; hours?: number; count?: number } = {},
) {
	const { status, hours = 1, count = 1 } = more;
	return tests.fake.seedRuns(
		Array.from({ length: count }, (_, n) => ({
			workflowId: 'WCFG-1',
			input,
			status,
			metadata: { webapp: true },
			createdAt: Date.now() - hours * HOUR_MS - n * 2_000,
		})),
	)[0];
}

const lists = () => tests.fake.requests.filter(({ endpoint }) => endpoint === 'listRuns').length;
const reads = () => tests.fake.requests.filter(({ endpoint }) => endpoint === 'getRun').length;
const hintsOf = (run: { data: { resultData: { runData: object } } }) =>
	JSON.stringify(run.data.resultData.runData);

test.each(['start', 'startAndWait'] as const)(
	'%s uses a run with equal values that is new enough, whoever started it',
	async (operation) => {
		const past = pastRun({ 'Input 1': 'chair' });
		const { json, run } = await flow(DAY, { operation }).execute();
		expect(json).toHaveLength(3);
		expect(json[1].id).toBe(past.id);
		expect(started().sort()).toEqual(['desk', 'lamp']);
		expect(hintsOf(run)).toContain('1 of 3 items reused a run with the same values');
	},
);

test('ten executions of the same node cost what one does, and each takes one look at the list', async () => {
	for (let times = 0; times < 10; times++) await flow(DAY, { operation: 'start' }).execute();
	expect(started().sort()).toEqual(['chair', 'desk', 'lamp']);
	expect(starts()).toBe(3);
	// A look ends with a page on which there is nothing new.
	expect(lists()).toBeLessThanOrEqual(20);
});

test('one look per workflow and node run, however many items', async () => {
	pastRun({ 'Input 1': 'another' }, { count: 40 });
	pastRun({ 'Input 1': 'another' }, { hours: 48, count: 300 });
	const items = Array.from({ length: 30 }, (_, n) => ({ product: `product ${n}` }));
	await flow(DAY, { items, operation: 'start' }).execute();
	expect(lists()).toBe(1);
	expect(starts()).toBe(30);
});

test.each([
	['failed', { status: 'FAILED' }],
	['too old', { hours: 25 }],
])('a run that is %s is not used', async (_, more) => {
	pastRun({ 'Input 1': 'chair' }, more);
	await flow(DAY).execute();
	expect(started().sort()).toEqual(['chair', 'desk', 'lamp']);
});

test('a run in progress is used, and waited for', async () => {
	tests.fake.set({ durationMs: 20_000 });
	const [first] = (await flow({}, { operation: 'start', items: [three[1]] }).execute()).json;
	const { json } = await flow(DAY).execute();
	expect(json[1]).toMatchObject({ id: first.id, status: 'COMPLETE' });
	expect(started().sort()).toEqual(['chair', 'desk', 'lamp']);
});

test('values are equal as JSON: names in any order, and a number is no text', async () => {
	const past = pastRun({ b: { y: 2, x: [1, '1'] }, a: 1 });
	const variablesOf = async (json: object) => {
		const parameters = { variablesInput: 'json', variablesJson: JSON.stringify(json) };
		const started = flow(DAY, { operation: 'start', items: [{}], parameters });
		return (await started.execute()).json[0].id;
	};
	expect(await variablesOf({ a: 1, b: { x: [1, '1'], y: 2 } })).toBe(past.id);
	expect(await variablesOf({ a: '1', b: { x: [1, '1'], y: 2 } })).not.toBe(past.id);
	expect(await variablesOf({ a: 1, b: { x: ['1', 1], y: 2 } })).not.toBe(past.id);
	expect(await variablesOf({ a: 1, b: { x: [1, '1'], y: 2 }, c: '' })).not.toBe(past.id);
	expect(starts()).toBe(3);
});

test('equal items of one execution share a run, and only one of them pays', async () => {
	const items = [{ product: 'lamp' }, { product: 'chair' }, { product: 'lamp', row: 2 }];
	const { json, run } = await flow({ ...DAY, creditBudget: 4 }, { items }).execute();
	expect(json[0].id).toBe(json[2].id);
	expect(started().sort()).toEqual(['chair', 'lamp']);
	expect(hintsOf(run)).toContain('Credit budget: 4 of 4 credits used by 2 runs');
});

test('in a loop they do too, although lists are late', async () => {
	tests.fake.set({ unlistedForMs: 60_000 });
	const items = [{ product: 'lamp' }, { product: 'chair' }, { product: 'lamp', row: 2 }];
	const { run } = await flow(DAY, { items, batchSize: 1 }).execute();
	const ids = run.data.resultData.runData['Copy.ai'].map(({ data }) => data?.main[0]?.[0].json.id);
	expect(ids[0]).toBe(ids[2]);
	expect(started().sort()).toEqual(['chair', 'lamp']);
});

test('equal items whose run fails share the error, and Retry On Fail starts one more for both', async () => {
	tests.fake.set({
		runRules: [{ inputContains: 'chair', end: 'FAILED', error: 'no seat', times: 1 }],
	});
	const items = [{ product: 'chair' }, { product: 'lamp' }, { product: 'chair', row: 2 }];
	const { json } = await flow(DAY, { items, settings: { retryOnFail: true } }).execute();
	expect(json.map(({ status }) => status)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
	expect(json[0].id).toBe(json[2].id);
	expect(started().sort()).toEqual(['chair', 'chair', 'lamp']);
});

test('a bad item in the middle is its own', async () => {
	pastRun({ 'Input 1': 'lamp' });
	tests.fake.set({ runRules: [{ inputContains: 'chair', end: 'FAILED', error: 'no seat' }] });
	const { json } = await flow(DAY, { settings: CONTINUE }).execute();
	expect(json.map(({ status }) => status)).toEqual(['COMPLETE', undefined, 'COMPLETE']);
	expect(messageOf(json[1])).toMatch(/no seat/);
	expect(started().sort()).toEqual(['chair', 'desk']);
});

test('where a list leaves out what runs were started with, they are read: new enough ones, and no more than 50', async () => {
	tests.fake.set({ listOmits: ['input'] });
	const past = pastRun({ 'Input 1': 'chair' }, { hours: 2 });
	pastRun({ 'Input 1': 'another' }, { count: 10 });
	pastRun({ 'Input 1': 'another' }, { hours: 48, count: 10 });
	const { json } = await flow(DAY, { operation: 'start' }).execute();
	expect(json[1].id).toBe(past.id);
	expect(reads()).toBe(11);
});

test('where too many would have to be read, a new run is started and a hint says so', async () => {
	tests.fake.set({ listOmits: ['input'] });
	pastRun({ 'Input 1': 'chair' }, { hours: 2 });
	pastRun({ 'Input 1': 'another' }, { count: 60 });
	const { run } = await flow(DAY, { operation: 'start' }).execute();
	expect(reads()).toBe(50);
	expect(started().sort()).toEqual(['chair', 'desk', 'lamp']);
	expect(hintsOf(run)).toMatch(/For 3 items a new run was started, although not all recent runs/);
});

test('a list that leaves out the status is not believed to show runs that did not fail', async () => {
	tests.fake.set({ listOmits: ['status'] });
	pastRun({ 'Input 1': 'lamp' }, { status: 'FAILED' });
	const past = pastRun({ 'Input 1': 'chair' });
	const { json } = await flow(DAY, { operation: 'start' }).execute();
	expect(json[1].id).toBe(past.id);
	expect(started().sort()).toEqual(['desk', 'lamp']);
});

test('without a list a new run is started, and a hint says so', async () => {
	tests.fake.set({ listsGone: true });
	const { json, run } = await flow(DAY, { operation: 'start' }).execute();
	expect(json).toHaveLength(3);
	expect(starts()).toBe(3);
	expect(hintsOf(run)).toMatch(/For 3 items a new run was started/);
});

test('a list that is sorted oldest first is read to its end', async () => {
	tests.fake.set({ listOrder: 'oldestFirst' });
	pastRun({ 'Input 1': 'another' }, { hours: 30, count: 550 });
	const past = pastRun({ 'Input 1': 'chair' });
	const { json } = await flow(DAY, { operation: 'start' }).execute();
	expect(json[1].id).toBe(past.id);
});

test('a start key comes first, and then equal values', async () => {
	const past = pastRun({ 'Input 1': 'chair' });
	const options = { ...DAY, startKey: '=row-{{ $json.product }}' };
	const { json } = await flow(options, { operation: 'start' }).execute();
	expect(json[1].id).toBe(past.id);
	const again = await flow(options, { operation: 'start' }).execute();
	expect(again.json.map(({ id }) => id)).toEqual(json.map(({ id }) => id));
	expect(starts()).toBe(2);
});

test.each(['', null, -1, 'a day'])(
	'%j hours are refused, and nothing is started',
	async (reuseWithin) => {
		const { error } = await flow({ reuseWithin: reuseWithin as never }).execute();
		expect(error?.message).toMatch(/'Reuse Runs Within \(Hours\)' must be 0 or more/);
		expect(starts()).toBe(0);
	},
);
