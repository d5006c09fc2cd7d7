import type { IDataObject } from 'n8n-workflow';
import { byId, messageOf } from '../../../test/engine/harness';
import { useVirtualTime } from '../../../test/support/virtualTime';
import { type FakeB3os, type RunSeed, startFakeB3os } from '../fakes/b3os';
import { flow, payloadOfItem } from './nodeUnderTest';

useVirtualTime();

let fake: FakeB3os;

beforeAll(async () => {
	fake = await startFakeB3os({ durationMs: 300 });
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

/** Three items of which one asks for `run_a`, which another execution starts first, at the same moment. */
async function startMeanwhile(position: number, other: RunSeed, options: IDataObject = {}) {
	const items = [{ id: 'run_b' }, { id: 'run_c' }];
	items.splice(position, 0, { id: 'run_a' });
	// The lookup before the start finds nothing, as the other run shows only now.
	fake.service.onRequest = ({ endpoint, body }) => {
		const isIt = endpoint === 'startRun' && (body as IDataObject).runId === 'run_a';
		if (!isIt || fake.service.runs.some(({ id }) => id === 'run_a')) return;
		fake.service.seedRuns([{ id: 'run_a', workflowId: 'wf_swap', ...other }]);
	};
	const { outputs } = await flow(
		fake,
		'startAndWait',
		{ ...payloadOfItem, options: { runId: '={{ $json.id }}', ...options } },
		{ items, settings: { onError: 'continueRegularOutput' } },
	).execute();
	return outputs[0].map(({ json }) => json);
}

const answers = ['documented', 'otherCode', 'conflict'] as const;
const positions = [0, 1];
const cases = answers.flatMap((answer) => positions.map((position) => [answer, position] as const));

describe.each(cases)(
	'a start that is answered as a duplicate (%s), item %i',
	(answer, position) => {
		beforeEach(() => fake.service.set({ duplicateStart: answer }));

		test('is taken when the run is what was asked for', async () => {
			const json = await startMeanwhile(position, { payload: { id: 'run_a' } });
			expect(json.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
			expect(json[position].id).toBe('run_a');
			expect(fake.service.runs).toHaveLength(3);
		});

		test.each<[what: string, other: RunSeed, options: IDataObject, message: RegExp]>([
			['other values', { payload: { id: 'x' } }, {}, /was started with different values/],
			[
				'other values, and failed',
				{ payload: { id: 'x' }, status: 'failure' },
				{},
				/was started with different values/,
			],
			['another workflow', { workflowId: 'wf_report' }, {}, /there is one of workflow wf_report/],
			['a simulation', { fields: { isSimulation: true } }, {}, /it is a simulation/],
			['a dust test', { fields: { isDustTest: true } }, {}, /it is a dust test/],
			['another version', {}, { version: 2 }, /it is of version 3/],
		])('is refused in words when it is a run of %s', async (_, other, options, message) => {
			const json = await startMeanwhile(position, { payload: { id: 'run_a' }, ...other }, options);
			expect(messageOf(json[position])).toMatch(message);
			expect(json.filter(({ status }) => status === 'success')).toHaveLength(2);
			expect(fake.service.runs).toHaveLength(3);
		});
	},
);

test.each(positions)('a 400 without a run is a refusal, at once, item %i', async (position) => {
	const items = [{ wf: 'wf_swap' }, { wf: 'wf_swap' }];
	items.splice(position, 0, { wf: 'wf_archived' });
	const began = Date.now();
	const { outputs } = await flow(
		fake,
		'start',
		{ ...payloadOfItem, workflowId: byId('={{ $json.wf }}') },
		{ items, settings: { onError: 'continueRegularOutput' } },
	).execute();
	const json = outputs[0].map((item) => item.json);
	expect(messageOf(json[position])).toMatch(/B3OS rejected the request: .*Workflow is archived/);
	expect(json.filter(({ status }) => status === 'running')).toHaveLength(2);
	expect(Date.now() - began).toBeLessThan(1000);
});

test('a 400 to a lost start whose run is elsewhere ends as unconfirmed, and is not sent a third time', async () => {
	fake.service.set({
		faults: [{ kind: 'resetBefore', on: ['startRun'], times: 1 }],
		workflows: fake.service.settings.workflows.map((workflow) => ({
			...workflow,
			status: 'archived',
		})),
	});
	const { error } = await flow(fake, 'start', payloadOfItem, { items: [{ a: 1 }] }).execute();
	expect(error?.message).toMatch(/Couldn't confirm whether a run of workflow wf_swap was started/);
	expect(fake.service.counts.startRun).toBe(2);
});

test('a 400079 whose run does not show is unconfirmed, and the next try does not start it either', async () => {
	fake.service.set({ notFoundForMs: Infinity });
	fake.service.seedRuns([{ id: 'run_a', payload: { a: 1 } }]);
	const { error } = await flow(
		fake,
		'start',
		{ ...payloadOfItem, options: { runId: 'run_a' } },
		{ items: [{ a: 1 }], settings: { retryOnFail: true, maxTries: 2 } },
	).execute();
	expect(error?.message).toMatch(/Couldn't confirm .*start key run_a/);
	expect(error?.message).toMatch(/The run ID is already in use/);
	expect(fake.service.runs).toHaveLength(1);
});
