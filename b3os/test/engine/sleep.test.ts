import type { IDataObject } from 'n8n-workflow';
import { byId, messageOf } from '../../../test/engine/harness';
import { executeAsleep } from '../../../test/engine/sleepHarness';
import { useVirtualTime } from '../../../test/support/virtualTime';
import { type FakeB3os, startFakeB3os } from '../fakes/b3os';
import { payloadOfItem, type Rest, setup, three } from './nodeUnderTest';

useVirtualTime();

const MINUTES_MS = 60_000;

let fake: FakeB3os;

beforeAll(async () => {
	fake = await startFakeB3os({ durationMs: 5 * MINUTES_MS });
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const startAndWait = async (options: IDataObject = {}, rest: Rest = {}) =>
	await executeAsleep(
		setup(
			fake,
			'startAndWait',
			{ ...payloadOfItem, simplify: false, options: { sleepWhileWaiting: true, ...options } },
			{ items: three, ...rest },
		),
	);

test('three runs of five minutes come out in item order, with all that was asked for', async () => {
	const { run, json, helpers } = await startAndWait();
	expect(run.status).toBe('success');
	expect(json.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
	expect(json.map(({ id }) => id)).toEqual(
		three.map(({ token }) => {
			const started = fake.service.runs.find(({ payload }) => payload.token === token);
			return started?.id;
		}),
	);
	expect(json.every(({ output }) => output !== undefined)).toBe(true);
	expect(helpers).toHaveLength(1);
	expect(fake.service.runs).toHaveLength(3);
});

test('a run that fails in the sleep is its own item', async () => {
	fake.service.set({ runRules: [{ payloadContains: 'SOL', end: 'failure' }] });
	const { json } = await startAndWait({}, { settings: { onError: 'continueRegularOutput' } });
	expect(json[0].status).toBe('success');
	expect(messageOf(json[1])).toMatch(/failed.* \[Item 1\]$/);
	expect(json[2].status).toBe('success');
});

test('the Wait operation sleeps too', async () => {
	const { json: started } = await executeAsleep(
		setup(fake, 'start', payloadOfItem, { items: three }),
	);
	const { json, helpers } = await executeAsleep(
		setup(
			fake,
			'wait',
			{ runId: byId('={{ $json.id }}'), options: { sleepWhileWaiting: true } },
			{ items: started },
		),
	);
	expect(json.map(({ id, status }) => [id, status])).toEqual(
		started.map(({ id }) => [id, 'success']),
	);
	expect(helpers).toHaveLength(1);
});

test("with 'Cancel on Stop' the node stays awake, and a hint says why", async () => {
	const { run, json, helpers } = await startAndWait({ cancelOnStop: true });
	expect(json).toHaveLength(3);
	expect(helpers).toEqual([]);
	const hints = run.data.resultData.runData.B3OS[0].hints?.map(({ message }) => message);
	expect(String(hints)).toContain("'Cancel on Stop' needs the node to be awake.");
});
