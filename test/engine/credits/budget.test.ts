import { useVirtualTime } from '../../support/virtualTime';
import { messageOf } from '../harness';
import { CONTINUE, creditsTests, products, retryAs } from './flow';

useVirtualTime();

const tests = creditsTests();
const { flow, started } = tests;

/** Past runs of the workflow, which show what its runs usually cost. */
function pastRuns(credits: number, count = 5): void {
	tests.fake.seedRuns(
		Array.from({ length: count }, (_, n) => ({
			workflowId: 'WCFG-1',
			credits,
			createdAt: Date.now() - 3_600_000 - n * 60_000,
		})),
	);
}

const statuses = (json: Array<{ status?: unknown }>) => json.map(({ status }) => status);
const hintsOf = (run: { data: { resultData: { runData: object } } }) =>
	JSON.stringify(run.data.resultData.runData);

test('no run is started beyond the budget, and each item that was not started says why', async () => {
	pastRuns(2);
	const { json, run } = await flow(
		{ creditBudget: 9 },
		{ settings: CONTINUE, items: products(20) },
	).execute();
	expect(statuses(json)).toEqual([
		...Array.from({ length: 4 }, () => 'COMPLETE'),
		...Array.from({ length: 16 }, () => undefined),
	]);
	expect(messageOf(json[4])).toBe(
		'Credit budget of 9 reached: 8 used by 4 runs, 16 items not started; a run usually uses 2 [Item 4]',
	);
	expect(messageOf(json[19])).toMatch(/16 items not started.+\[Item 19\]$/);
	expect(started()).toHaveLength(4);
	expect(hintsOf(run)).toContain(
		'Credit budget: 8 of 9 credits used by 4 runs. A run is expected to use 2.',
	);
});

test('without continue-on-error one message says it, after all started runs have ended, and a raised budget starts only the rest', async () => {
	pastRuns(2);
	const items = products(20);
	const stopped = await flow({ creditBudget: 8 }, { items }).execute();
	expect(stopped.error?.message).toBe(
		'Credit budget of 8 reached: 8 used by 4 runs, 16 items not started [Item 4]',
	);
	expect(stopped.error?.description).toMatch(/Raise 'Credit Budget'/);
	expect(Date.now()).toBeGreaterThanOrEqual(tests.fake.lastRunEnd());
	const raised = await retryAs(flow({ creditBudget: 100 }, { items }), stopped);
	expect(raised.json).toHaveLength(20);
	expect(started().sort()).toEqual(items.map(({ product }) => product).sort());
});

test('starts wait for runs in progress: a dear one uses up what was meant for others', async () => {
	pastRuns(2);
	tests.fake.set({ runRules: [{ inputContains: 'product 0', credits: 7 }] });
	const { json } = await flow(
		{ creditBudget: 10 },
		{ settings: CONTINUE, items: products(6) },
	).execute();
	// Five fit as expected, and the first of them costs 5 more.
	expect(started()).toHaveLength(5);
	expect(messageOf(json[5])).toMatch(
		/^Credit budget of 10 reached: 15 used by 5 runs, 1 item not started/,
	);
});

test('with runs that cost less than expected there is room for more', async () => {
	pastRuns(5, 1);
	tests.fake.set({ credits: 1 });
	const { json } = await flow(
		{ creditBudget: 10 },
		{ settings: CONTINUE, items: products(12) },
	).execute();
	expect(started().length).toBeGreaterThanOrEqual(9);
	expect(started().length).toBeLessThanOrEqual(10);
	expect(json.filter(({ error }) => error !== undefined)).toHaveLength(12 - started().length);
});

test('a workflow that never ran starts one run first, and the others by what it cost', async () => {
	const { json } = await flow(
		{ creditBudget: 6 },
		{ settings: CONTINUE, items: products(5) },
	).execute();
	const [first, second] = tests.fake.runs;
	expect(second.startedAt).toBeGreaterThanOrEqual(first.endsAt);
	expect(statuses(json)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE', undefined, undefined]);
});

test('without anything that shows what runs cost, no second run is started', async () => {
	tests.fake.set({ omits: ['credits'] });
	const { json } = await flow({ creditBudget: 6 }, { settings: CONTINUE }).execute();
	expect(started()).toEqual(['lamp']);
	expect(messageOf(json[1])).toBe(
		"Credit budget of 6 can't be kept: Copy.ai doesn't show what runs of workflow WCFG-1 cost, 2 items not started [Item 1]",
	);
});

test('a failed run in the middle counts, and Retry On Fail stays in the budget over all its tries', async () => {
	pastRuns(2);
	tests.fake.set({ runRules: [{ inputContains: 'chair', end: 'FAILED', error: 'no seat' }] });
	const settings = { retryOnFail: true, maxTries: 5 };
	const { error } = await flow({ creditBudget: 10 }, { settings }).execute();
	// Three runs, and two more tries of the failed one.
	expect(started().sort()).toEqual(['chair', 'chair', 'chair', 'desk', 'lamp']);
	expect(error?.message).toMatch(
		/Credit budget of 10 reached: 10 used by 5 runs, 1 item not started/,
	);
});

test('a bad item in the middle is its own, and costs nothing', async () => {
	pastRuns(2);
	const items = [{ product: 'lamp' }, { product: 'chair', workflow: '' }, { product: 'desk' }];
	const { json } = await flow({ creditBudget: 4 }, { settings: CONTINUE, items }).execute();
	expect(statuses(json)).toEqual(['COMPLETE', undefined, 'COMPLETE']);
	expect(messageOf(json[1])).toMatch(/'Workflow' has no workflow ID/);
});

test('in a loop the budget is that of the whole execution', async () => {
	pastRuns(2);
	const { run } = await flow(
		{ creditBudget: 8 },
		{ settings: CONTINUE, items: products(9), batchSize: 3 },
	).execute();
	expect(started()).toHaveLength(4);
	const last = run.data.resultData.runData['Copy.ai'].at(-1)?.data?.main[0]?.[0].json;
	expect(messageOf(last ?? {})).toMatch(
		/Credit budget of 8 reached: 8 used by 4 runs, 3 items not started/,
	);
});

test('a run that another execution has started costs nothing', async () => {
	pastRuns(2);
	const options = { startKey: '={{ $json.product }}' };
	await flow(options).execute();
	const { json } = await flow(
		{ ...options, creditBudget: 2 },
		{
			items: [{ product: 'lamp' }, { product: 'chair' }, { product: 'stool' }, { product: 'desk' }],
		},
	).execute();
	expect(statuses(json)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE', 'COMPLETE']);
	expect(started()).toEqual(['lamp', 'chair', 'desk', 'stool']);
});

test('a run still in progress at its timeout counts as expected', async () => {
	pastRuns(2);
	tests.fake.set({ runRules: [{ inputContains: 'lamp', end: 'never' }] });
	const { json, run } = await flow(
		{ creditBudget: 4, timeout: 1, onTimeout: 'continue' },
		{ settings: CONTINUE },
	).execute();
	expect(started()).toEqual(['lamp', 'chair']);
	expect(messageOf(json[2])).toMatch(
		/^Credit budget of 4 reached: 2 used by 1 run, 2 expected for unfinished runs, 1 item not started; a run usually uses 2/,
	);
	expect(hintsOf(run)).toContain('2 more are expected for unfinished runs');
});

test.each(['', null, 'ten', -1, Number.NaN])(
	'a budget of %j is refused, and nothing is started',
	async (creditBudget) => {
		const { error } = await flow({ creditBudget: creditBudget as never }).execute();
		expect(error?.message).toMatch(/'Credit Budget' must be 0 or more/);
		expect(started()).toEqual([]);
	},
);

test('with a budget no more runs are in progress than Concurrency says', async () => {
	pastRuns(2);
	await flow({ creditBudget: 100, concurrency: 2 }, { items: products(6) }).execute();
	const { runs } = tests.fake;
	const ours = runs.filter(({ fixedStatus }) => !fixedStatus);
	const most = Math.max(
		...ours.map(
			({ startedAt }) =>
				ours.filter((run) => run.startedAt <= startedAt && run.endsAt > startedAt).length,
		),
	);
	expect([ours.length, most]).toEqual([6, 2]);
});
