import type { IDataObject } from 'n8n-workflow';
import { byId, errorOf } from '../../../test/engine/harness';
import { type FakeB3os, startFakeB3os } from '../fakes/b3os';
import { flow, type Rest } from './nodeUnderTest';
import { useVirtualTime } from '../../../test/support/virtualTime';

useVirtualTime();

let fake: FakeB3os;

beforeAll(async () => {
	fake = await startFakeB3os({ durationMs: 300 });
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const run = async (operation: string, parameters: IDataObject = {}, rest: Rest = {}) =>
	await flow(fake, operation, parameters, rest).execute();
const seed = (count: number, fields: IDataObject = {}) =>
	fake.service.seedRuns(
		Array.from({ length: count }, (_, n) => ({
			result: { n },
			startedAt: new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString(),
			...fields,
		})),
	);
const requestsTo = (endpoint: string) =>
	fake.service.requests.filter((request) => request.endpoint === endpoint);

describe('Get Many', () => {
	test('Return All brings all of 125 runs and a limit of 37 brings 37, newest first, without any total', async () => {
		seed(125);
		const { json } = await run('getAll', { returnAll: true });
		expect(new Set(json.map(({ id }) => id)).size).toBe(125);
		expect(requestsTo('listRuns').map(({ query }) => query)).toEqual([
			{ limit: '100', offset: '0' },
			{ limit: '100', offset: '100' },
		]);
		const times = json.map(({ startedAt }) => String(startedAt));
		expect(times).toEqual([...times].sort().reverse());
		expect((await run('getAll', { limit: 37 })).json).toHaveLength(37);
	});

	test('a simplified run of a list has no output: that is asked for', async () => {
		seed(3);
		const { json } = await run('getAll');
		expect(Object.keys(json[0]).sort()).toEqual(
			[
				'finishedAt',
				'id',
				'startedAt',
				'status',
				'totalCu',
				'workflowId',
				'workflowVersion',
			].sort(),
		);
		expect(fake.service.counts.getRun).toBe(0);
		const whole = await run('getAll', { options: { includeOutputs: true } });
		expect(whole.json.map(({ output }) => (output as IDataObject).quote)).toEqual(
			[2, 1, 0].map((n) => ({ n })),
		);
	});

	test.each([false, true])(
		'filters by status, with the service or (its filter ignored: %s) without',
		async (statusFilterIgnored) => {
			fake.service.set({ statusFilterIgnored });
			seed(5);
			seed(2, { status: 'failure' });
			seed(1, { status: 'waiting' });
			const one = await run('getAll', { filters: { status: ['failure'] } });
			expect(one.json.map(({ status }) => status)).toEqual(['failure', 'failure']);
			expect(requestsTo('listRuns')[0].query.status).toBe('failure');
			const two = await run('getAll', { filters: { status: ['failure', 'waiting'] } });
			expect(two.json).toHaveLength(3);
			expect(requestsTo('listRuns')[1].query.status).toBeUndefined();
		},
	);
});

describe('Get', () => {
	test('three items, a run that is not there in the middle: the good ones come out, without a workflow too', async () => {
		const [one, three] = seed(2);
		const items = [{ run: one.id }, { run: 'run_none' }, { run: three.id }];
		const { outputs } = await run(
			'get',
			{ workflowId: byId(''), runId: byId('={{ $json.run }}') },
			{ items, settings: { onError: 'continueRegularOutput' } },
		);
		expect(outputs[0].map(({ json }) => json.id)).toEqual([one.id, undefined, three.id]);
		expect(outputs[0][0].json).toMatchObject({
			workflowId: 'wf_swap',
			output: { quote: { n: 0 } },
		});
		expect(errorOf(outputs[0][1]).message).toMatch(
			/^Not found: B3OS responded with 404 \(400012\) when reading run run_none: Run not found, request req_\d+ \[Item 1\]$/,
		);
	});

	test('a status that is not known is passed on', async () => {
		const [known] = seed(1, { fields: { status: 'Paused' } });
		const { json } = await run('get', { runId: byId(known.id) });
		expect(json[0].status).toBe('paused');
	});
});

describe('Wait', () => {
	test.each(['wf_swap', ''])(
		'runs started before come out when they are over (workflow: "%s")',
		async (id) => {
			const started = await run(
				'start',
				{ variablesInput: 'json', options: { allowEmpty: true } },
				{ items: [{}, {}, {}] },
			);
			expect(started.json.map(({ status }) => status)).toEqual(['running', 'running', 'running']);
			const { json } = await run(
				'wait',
				{ workflowId: byId(id), runId: byId('={{ $json.id }}') },
				{ items: started.json },
			);
			expect(json.map((item) => [item.id, item.workflowId, item.status])).toEqual(
				started.json.map((item) => [item.id, 'wf_swap', 'success']),
			);
		},
	);

	test('a timeout that is none is refused', async () => {
		const parameters = { runId: byId('run_a'), options: { timeout: 'soon' } };
		const { error } = await run('wait', parameters);
		expect(error?.message).toContain('\'Timeout\' must be 1 or more (it is "soon")');
		expect(fake.service.counts.total).toBe(0);
	});
});

describe('Cancel', () => {
	test('a run under way is cancelled', async () => {
		const [open] = fake.service.seedRuns([{ status: 'waiting' }]);
		const { json } = await run('cancel', { runId: byId(open.id) });
		expect(json).toEqual([{ id: open.id, workflowId: 'wf_swap', status: 'cancelled' }]);
		expect(fake.service.statusOf(open)).toBe('cancelled');
	});

	test('a run that is over says so, with its status', async () => {
		const [over] = fake.service.seedRuns([{ status: 'partial' }]);
		const { error } = await run('cancel', { runId: byId(over.id) });
		expect(error?.message).toMatch(
			new RegExp(
				`^Run ${over.id} has already finished with status partial\\. .*409.* \\[Item 0\\]$`,
			),
		);
		expect(error?.description).toContain('running or waiting');
	});

	test.each(['emptyAfter', 'resetAfter', 'serverErrorAfter'] as const)(
		'%s: cancelled although the answer was lost counts as cancelled',
		async (kind) => {
			const [open] = fake.service.seedRuns([{ status: 'running' }]);
			fake.service.set({ faults: [{ kind, on: ['cancelRun'], times: 1 }] });
			const { json, error } = await run('cancel', { runId: byId(open.id) });
			expect(error).toBeUndefined();
			expect(json[0].status).toBe('cancelled');
		},
	);
});
