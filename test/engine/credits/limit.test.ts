import { useVirtualTime } from '../../support/virtualTime';
import { messageOf } from '../harness';
import { CONTINUE, creditsTests, products } from './flow';

useVirtualTime();

const tests = creditsTests();
const { flow, started, starts } = tests;

test('a start refused for credits ends all further starts of the workflow: 100 rows are no more than 10 requests', async () => {
	tests.fake.set({ refuseStarts: 'creditLimit' });
	const { json } = await flow({}, { settings: CONTINUE, items: products(100) }).execute();
	expect(starts()).toBe(10);
	const refused = json.filter((item) =>
		/^The workflow has reached its credit limit: /.test(messageOf(item)),
	);
	const notStarted = json.filter((item) =>
		/^No run of workflow WCFG-1 was started for this item, as another start was refused\. The workflow has reached its credit limit: Copy\.ai responded with 400 WORKFLOW_CREDIT_LIMIT_REACHED when starting a run of workflow WCFG-1 \[Item \d+\]$/.test(
			messageOf(item),
		),
	);
	expect([refused.length, notStarted.length]).toEqual([10, 90]);
});

test('only starts of that workflow end: those of others go on', async () => {
	tests.fake.set({ creditLimit: 4 });
	const rows = products(12).map((row, n) => ({ ...row, workflow: n % 2 ? 'WCFG-1' : `WCFG-${n}` }));
	const { json } = await flow({ concurrency: 1 }, { settings: CONTINUE, items: rows }).execute();
	expect(json.map(({ status }) => status)).toEqual([
		...['COMPLETE', 'COMPLETE', 'COMPLETE', 'COMPLETE', 'COMPLETE', undefined],
		...['COMPLETE', undefined, 'COMPLETE', undefined, 'COMPLETE', undefined],
	]);
	expect(starts()).toBe(9);
});

test('of three items, runs that earlier tries started are still reused after a refusal', async () => {
	tests.fake.set({
		creditLimit: 4,
		runRules: [{ inputContains: 'chair', end: 'FAILED', error: 'no seat' }],
	});
	const retried = flow({ concurrency: 1 }, { settings: { ...CONTINUE, retryOnFail: true } });
	const { json } = await retried.execute();
	expect(json.map(({ status }) => status)).toEqual(['COMPLETE', undefined, undefined]);
	expect(messageOf(json[2])).toMatch(/reached its credit limit/);
	expect(started()).toEqual(['lamp', 'chair']);
});

test('without continue-on-error the node stops after the first refusal, and a retry starts only the rest', async () => {
	tests.fake.set({ creditLimit: 2 });
	const first = flow({ concurrency: 1 });
	const stopped = await first.execute();
	expect(stopped.error?.message).toMatch(
		/^The workflow has reached its credit limit: .+ \[Item 1\]$/,
	);
	expect(stopped.error?.description).toContain("1 more item wasn't started.");
	tests.fake.set({ creditLimit: null });
	const { json } = await first.retry(stopped);
	expect(json.map(({ status }) => status)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
	expect(started()).toEqual(['lamp', 'chair', 'desk']);
});

test('in a loop each turn asks once again, as the limit may have been raised', async () => {
	tests.fake.set({ refuseStarts: 'creditLimit' });
	const looped = flow({ concurrency: 1 }, { settings: CONTINUE, items: products(6), batchSize: 3 });
	await looped.execute();
	expect(starts()).toBe(2);
});
