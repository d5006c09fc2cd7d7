import type { Endpoints } from '../../../nodes/CopyAi/api';
import { VERIFY_TIMEOUT_MS, verifyEvent } from '../../../nodes/CopyAiTrigger/verify';
import type { Answer } from '../../../nodes/runs';
import type { ErrorDetails, JsonObject } from '../../../nodes/shared/http';
import { VirtualClock } from '../runs/virtualClock';

type Reply = Answer<JsonObject, ErrorDetails>;

const fault: ErrorDetails = { message: 'no', description: 'try' };
const absent: Reply = { kind: 'notFound', error: { ...fault, httpCode: 404 } };
const ok = (status: string, more: JsonObject = {}): Reply => ({
	kind: 'ok',
	value: { id: 'WRUN-1', workflowId: 'WCFG-1', status, ...more },
});

/** Asks for WRUN-1 of WCFG-1; the last of the answers is given for ever. */
async function ask(
	answers: Reply[],
	event:
		| 'workflowRun.completed'
		| 'workflowRun.failed'
		| 'workflowRun.started' = 'workflowRun.completed',
	latencyMs = 0,
) {
	const clock = new VirtualClock();
	let calls = 0;
	const api = {
		getRun: async () => {
			await clock.sleep(latencyMs);
			return answers[Math.min(calls++, answers.length - 1)];
		},
	} as unknown as Endpoints;
	const verdict = await clock.run(verifyEvent(api, clock, event, 'WCFG-1', 'WRUN-1'));
	return { kind: verdict.kind, verdict, calls, passed: clock.passed };
}

test.each<[string, string, Parameters<typeof ask>[1]]>([
	['confirmed', 'COMPLETE', 'workflowRun.completed'],
	['contradicted', 'FAILED', 'workflowRun.completed'],
	['unknown', 'PROCESSING', 'workflowRun.completed'],
	['unknown', 'PAUSED', 'workflowRun.completed'],
	['unknown', '', 'workflowRun.completed'],
	['confirmed', 'FAILED', 'workflowRun.failed'],
	['contradicted', 'COMPLETE', 'workflowRun.failed'],
	['unknown', 'RETRYING', 'workflowRun.failed'],
	['confirmed', 'NEW', 'workflowRun.started'],
	['confirmed', 'COMPLETE', 'workflowRun.started'],
	['confirmed', 'FAILED', 'workflowRun.started'],
	['confirmed', '', 'workflowRun.started'],
])('%s: a run that is "%s", for %s', async (expected, status, event) => {
	expect((await ask([ok(status)], event)).kind).toBe(expected);
});

test.each<[string, JsonObject]>([
	['another workflow', { workflowId: 'WCFG-2' }],
	['another id', { id: 'WRUN-2' }],
])('an answer that shows %s is none', async (_, more) => {
	expect((await ask([ok('COMPLETE', more)])).kind).toBe('contradicted');
});

test('an answer that shows no ids is believed: it was asked for by them', async () => {
	const { verdict } = await ask([{ kind: 'ok', value: { status: 'COMPLETE' } }]);
	expect(verdict).toMatchObject({
		kind: 'confirmed',
		run: { id: 'WRUN-1', workflowId: 'WCFG-1' },
	});
});

test('what is certain at once is asked for once', async () => {
	for (const answers of [[ok('COMPLETE')], [ok('FAILED')]]) {
		expect(await ask(answers)).toMatchObject({ calls: 1, passed: 0 });
	}
});

test('a run that is not there is asked for a few times, then it does not exist', async () => {
	expect(await ask([absent])).toMatchObject({ kind: 'contradicted', calls: 5, passed: 6500 });
	expect(await ask([absent, absent, ok('COMPLETE')])).toMatchObject({ kind: 'confirmed' });
});

test('a run that is not over is asked for a few times, then it is unknown', async () => {
	expect(await ask([ok('PROCESSING')])).toMatchObject({ kind: 'unknown', calls: 5 });
	expect(await ask([ok('PROCESSING'), ok('COMPLETE')])).toMatchObject({ kind: 'confirmed' });
});

test.each<[string, Reply]>([
	['reset', { kind: 'indeterminate', error: fault }],
	['down', { kind: 'retryable', error: fault }],
	['asking for a long pause', { kind: 'retryable', error: fault, retryAfterMs: 60_000 }],
	['denying', { kind: 'unauthorized', error: { ...fault, httpCode: 401 } }],
	['redirecting', { kind: 'rejected', error: { ...fault, httpCode: 307 } }],
	['not to be connected to', { kind: 'rejected', error: fault }],
])('a service that is %s leaves it unknown, within the limit', async (_, answer) => {
	const { kind, passed } = await ask([answer]);
	expect(kind).toBe('unknown');
	expect(passed).toBeLessThanOrEqual(VERIFY_TIMEOUT_MS);
});

test('a service that refuses the ids knows no such run', async () => {
	const refused: Reply = { kind: 'rejected', error: { ...fault, httpCode: 400 } };
	expect(await ask([refused])).toMatchObject({ kind: 'contradicted', calls: 1 });
});

test('the last answer counts: absent, then out of order, is not absent', async () => {
	expect((await ask([absent, { kind: 'indeterminate', error: fault }])).kind).toBe('unknown');
});

test('slow answers end at the limit, with what was known by then', async () => {
	const slow = await ask([absent], 'workflowRun.completed', 3000);
	expect(slow).toMatchObject({ kind: 'contradicted', passed: VERIFY_TIMEOUT_MS });
	const silent = await ask([ok('COMPLETE')], 'workflowRun.completed', 60_000);
	expect(silent).toMatchObject({ kind: 'unknown', passed: VERIFY_TIMEOUT_MS });
});

test('a run that n8n could not store is not handed on', async () => {
	let deep: unknown = 1;
	for (let level = 0; level < 200_000; level++) deep = [deep];
	expect((await ask([ok('COMPLETE', { output: { deep } })])).kind).toBe('unknown');
});
