import { withoutDeepFields } from '../../nodes/B3os/api/failure';
import { isObject } from '../../../nodes/shared/http';
import { isRunId, runIdOf, toRun } from '../../nodes/B3os/api';
import { toSnapshot } from '../../nodes/B3os/api/run';

const node = (status: string, rest: object = {}) => ({ type: 'some-action', status, ...rest });

test.each([
	['running', 'running'],
	['waiting', 'running'],
	['success', 'completed'],
	['partial', 'completed'],
	['failure', 'failed'],
	['cancelled', 'failed'],
	[' SUCCESS ', 'completed'],
	['resumed', 'running'],
	['constructor', 'running'],
	['', 'unknown'],
	[undefined, 'unknown'],
	[7, 'unknown'],
])('a run with the status %p is %s', (status, state) => {
	expect(toSnapshot({ id: 'run_1', status }, 'wf_1').state).toBe(state);
});

test('the output is one object by node, without triggers and nodes that put out nothing', () => {
	const executionState = {
		root: node('success', { result: { from: 'the trigger' } }),
		second: { type: 'webhook-trigger', status: 'success', result: { from: 'another' } },
		third: node('success', { result: { from: 'the one asked for' } }),
		a: node('success', { result: { text: 'A' } }),
		b: node('success', { result: 0 }),
		c: node('skipped', { result: null }),
		d: node('pending'),
		e: 'not a node',
	};
	const run = toRun({ id: 'run_1', executionState, triggerNodeId: 'third' }, 'wf_1');
	expect(run.output).toEqual({ a: { text: 'A' }, b: 0 });
});

test('a summary has no output and is not whole; what was read whole always has one', () => {
	const summary = toSnapshot({ id: 'run_1', status: 'success' }, 'wf_1');
	expect(summary.isFull).toBe(false);
	expect('output' in summary.run).toBe(false);
	const whole = toSnapshot(
		{ id: 'run_1', status: 'cancelled', executionState: null },
		'wf_1',
		true,
	);
	expect(whole).toMatchObject({ isFull: true, run: { output: {}, workflowId: 'wf_1' } });
});

test.each<[what: string, run: Record<string, unknown>, message: string | undefined]>([
	['success', { status: 'success' }, undefined],
	['failure without a word', { status: 'failure' }, 'B3OS gave no reason'],
	['cancelled', { status: 'cancelled' }, 'The run was canceled'],
	[
		'a reason in the result',
		{ status: 'failure', executionState: { a: node('failure', { result: { error: 'no gas' } }) } },
		'a: no gas',
	],
	[
		'a reason as an object in an error',
		{
			status: 'failure',
			executionState: { a: node('failure', { error: { error: { message: 'no route' } } }) },
		},
		'a: no route',
	],
	[
		'two nodes',
		{
			status: 'partial',
			executionState: { a: node('failure'), b: node('failure', { message: 'late' }) },
		},
		'a: B3OS gave no reason; b: late',
	],
	[
		'a node that did not succeed in a run that did',
		{ status: 'success', executionState: { a: node('failure') } },
		undefined,
	],
	['an error of the run', { status: 'failure', error: 'engine down' }, 'engine down'],
	['a reason of the run', { status: 'failure', failureReason: 'engine down' }, 'engine down'],
	['a list of errors', { status: 'failure', errors: [{ detail: 'down' }, 'slow'] }, 'down; slow'],
	[
		'a detail in the result',
		{
			status: 'failure',
			executionState: { a: node('failure', { result: { body: { detail: 'no gas' } } }) },
		},
		'a: no gas',
	],
	[
		'a reason inside of a for-each node',
		{
			status: 'failure',
			executionState: {
				a: node('failure', {
					iterations: [{ b: node('success') }, { b: node('failure', { error: 'no gas' }) }],
				}),
			},
		},
		'a[1].b: no gas',
	],
])('why a run did not succeed: %s', (_, raw, message) => {
	const run = toRun({ id: 'run_1', ...raw }, 'wf_1');
	expect(run.failure?.message).toBe(message);
	expect('error' in run).toBe(false);
});

test('a partial run says which iterations of which for-each node failed, and why', () => {
	const executionState = {
		swap: node('success', { result: 1 }),
		each: node('success', {
			iterations: [
				{ pay: node('success', { result: 'ok' }) },
				{ pay: node('failure', { error: 'no gas' }), note: node('skipped') },
				null,
				{ inner: node('failure', { iterations: [{ deep: node('failure', { error: 'late' }) }] }) },
			],
		}),
	};
	const run = toRun({ id: 'run_1', status: 'partial', executionState }, 'wf_1');
	expect(run.failure).toEqual({
		message: 'each[1].pay: no gas; each[3].inner[0].deep: late',
		nodes: ['each'],
		iterations: { each: [1, 3] },
	});
	expect(run.output).toEqual({
		swap: 1,
		each: [{ pay: 'ok' }, {}, {}, { inner: [{}] }],
	});
});

test.each<[what: string, node: object, definition: object, wait: object]>([
	[
		'with its own timeout',
		{ type: 'wait', input: { triggerType: 'human-approval', timeoutMs: 60_000 } },
		{},
		{ for: 'human-approval', until: '2026-01-01T00:01:00.000Z' },
	],
	[
		'with what its definition says',
		{ type: 'wait' },
		{ payload: { triggerType: 'price', timeoutMs: '120000' } },
		{ for: 'price', until: '2026-01-01T00:02:00.000Z' },
	],
	['without a word', { type: 'wait' }, {}, { for: null, until: '2026-01-01T00:05:00.000Z' }],
	['that is no wait node', { type: 'swap' }, {}, { for: null, until: null }],
	['of unknown begin', { type: 'wait', startedAt: 7 }, {}, { since: null, until: null }],
])('what a run waits for: a node %s', (_, state, definition, wait) => {
	const run = toRun(
		{
			id: 'run_1',
			status: 'waiting',
			executionState: {
				a: node('success'),
				ask: { status: 'waiting', startedAt: '2026-01-01T00:00:00Z', ...state },
			},
			workflowDefinition: { nodes: { ask: definition } },
		},
		'wf_1',
	);
	expect(run.waiting).toEqual([
		{ node: 'ask', for: null, since: '2026-01-01T00:00:00.000Z', until: null, ...wait },
	]);
});

test('numbers may come as text, times may be missing', () => {
	const run = toRun({ id: 'run_1', totalCu: '12', workflowVersion: 3 }, 'wf_1');
	expect(run).toMatchObject({ totalCu: 12, workflowVersion: 3, startedAt: null, finishedAt: null });
});

test('secrets are masked by name and by path, in each node its own, and triggerSecret everywhere', () => {
	const run = toRun(
		{
			id: 'run_1',
			triggerSecret: 's1',
			executionState: {
				a: {
					secretKeys: ['token', 'headers.auth'],
					input: { token: 's2', list: [{ token: 's3' }], headers: { auth: 's4', other: 1 } },
					result: { headers: { auth: 's5' }, deep: { triggerSecret: 's6' }, token: '' },
				},
				b: { input: { token: 'USDC' }, result: { token: 'USDC' } },
				c: { input: { key: 's7' } },
			},
			workflowDefinition: {
				triggerSecret: 's8',
				nodes: { c: { secretKeys: ['key'], payload: { key: 's9' } } },
			},
		},
		'wf_1',
	);
	expect(JSON.stringify(run)).not.toMatch(/s\d"/);
	expect(run.output).toEqual({
		a: { headers: { auth: '***' }, deep: { triggerSecret: '***' }, token: '' },
		b: { token: 'USDC' },
	});
});

test('a secret is masked by its value wherever it turns up: later results, errors, URLs, keys', () => {
	const secret = 'sk_live/0123 456789';
	const run = toRun(
		{
			id: 'run_1',
			status: 'failure',
			error: { message: `denied for ${secret}` },
			executionState: {
				a: { secretKeys: ['auth'], input: { auth: { header: [`${secret}`] } } },
				b: {
					status: 'failure',
					result: {
						error: `401 for key ${secret}`,
						url: `https://x.io/?k=${encodeURIComponent(secret)}`,
						[secret]: Buffer.from(`user:${secret}`).toString('base64'),
						list: [{ seen: JSON.stringify({ secret }) }],
						other: 'sk_live',
					},
				},
				each: { iterations: [{ c: { status: 'failure', error: `no ${secret}` } }] },
			},
		},
		'wf_1',
	);
	const text = JSON.stringify(run);
	expect(text).not.toContain('0123');
	expect(text).not.toContain('MTIzIDQ1');
	expect(run.failure?.message).toBe('b: 401 for key ***; each[0].c: no ***');
	expect(run.output?.b).toMatchObject({ error: '401 for key ***', other: 'sk_live' });
});

test('a secret of fewer than 8 characters is masked by its name alone', () => {
	const executionState = {
		a: { secretKeys: ['pin'], input: { pin: 'base' } },
		b: { result: { text: 'swapped on base' } },
	};
	const run = toRun({ id: 'run_1', executionState }, 'wf_1');
	expect(run.output?.b).toEqual({ text: 'swapped on base' });
	expect(run.executionState).toMatchObject({ a: { input: { pin: '***' } } });
});

test('a result of 8,000 levels costs neither the stack nor the other nodes their secrets', () => {
	let deep: unknown = { triggerSecret: 's1', token: 's2' };
	for (let level = 0; level < 8_000; level++) deep = { deep };
	const executionState = { a: { status: 'failure', secretKeys: ['token'], result: deep } };
	const run = toRun({ id: 'run_1', status: 'failure', executionState, error: deep }, 'wf_1');
	let found: unknown = run.output?.a;
	while (isObject(found) && 'deep' in found) found = found.deep;
	expect(found).toEqual({ triggerSecret: '***', token: '***' });
	expect(run.failure?.message).toBe('a: B3OS gave no reason');
});

test('odd shapes do no harm', () => {
	for (const executionState of [null, [], 'x', 7, { a: null, b: [] }]) {
		for (const workflowDefinition of [null, [], 'x', { nodes: [] }, { nodes: null }]) {
			expect(() => toRun({ executionState, workflowDefinition }, 'wf_1')).not.toThrow();
		}
	}
});

test('a run ID is its key, the next attempt has its own, and B3OS takes both', () => {
	expect(runIdOf({ base: 'run_a', attempt: 1 })).toBe('run_a');
	expect(runIdOf({ base: 'run_a', attempt: 3 })).toBe('run_a__attempt3');
	expect(['run_a', 'run_a__attempt3', 'run_A9'].every(isRunId)).toBe(true);
	expect(['run_', 'run-a', 'Run_a', 'run_ä', 'xrun_a', 'run_a\n', ''].some(isRunId)).toBe(false);
});

test('a result that is nested too deep for n8n comes as JSON text, with its secrets masked', () => {
	const text = `${'['.repeat(8_000)}{"triggerSecret":"s1"}${']'.repeat(8_000)}`;
	const executionState = { a: { status: 'success', result: { deep: JSON.parse(text), b: 1 } } };
	const raw = withoutDeepFields({ id: 'run_1', status: 'success', executionState });
	expect(toRun(raw, 'wf_1').output).toEqual({ a: { deep: text.replace('s1', '***'), b: 1 } });
});
