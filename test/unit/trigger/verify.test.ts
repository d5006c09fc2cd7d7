import type { WebhookEvent } from '../../../nodes/CopyAi/api';
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

/** Asks for WRUN-1 of WCFG-1; the last of the answers is given for ever, `throws` in place of one throws. */
async function ask(
	answers: Array<Reply | 'throws'>,
	event: WebhookEvent = 'workflowRun.completed',
	latencyMs = 0,
) {
	const clock = new VirtualClock();
	let calls = 0;
	const api = {
		getRun: async () => {
			await clock.sleep(latencyMs);
			const answer = answers[Math.min(calls++, answers.length - 1)];
			if (answer === 'throws') throw new RangeError('Maximum call stack size exceeded');
			return answer;
		},
	};
	const reported = { event, workflowId: 'WCFG-1', runIds: ['WRUN-1'] };
	const verdict = await clock.run(verifyEvent(api, clock, reported));
	return { kind: verdict.kind, verdict, calls, passed: clock.passed };
}

test.each<[string, string, WebhookEvent]>([
	['confirmed', 'COMPLETE', 'workflowRun.completed'],
	['contradicted', 'FAILED', 'workflowRun.completed'],
	['notYet', 'PROCESSING', 'workflowRun.completed'],
	['notYet', 'PAUSED', 'workflowRun.completed'],
	['notYet', '', 'workflowRun.completed'],
	['confirmed', 'FAILED', 'workflowRun.failed'],
	['contradicted', 'COMPLETE', 'workflowRun.failed'],
	['notYet', 'RETRYING', 'workflowRun.failed'],
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
	['two other ids', { id: 'WRUN-2', workflowRunId: 'WRUN-3' }],
])('an answer that shows %s is none', async (_, more) => {
	expect((await ask([ok('COMPLETE', more)])).kind).toBe('contradicted');
});

test('an answer that shows the id in either field is the run', async () => {
	const answer = ok('COMPLETE', { id: 'EVT-1', workflowRunId: 'WRUN-1' });
	expect((await ask([answer])).verdict).toMatchObject({ kind: 'confirmed', run: { id: 'WRUN-1' } });
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

test('a run that is not found is asked for a few times, and never contradicted: it can be readable later', async () => {
	expect(await ask([absent])).toMatchObject({ kind: 'notYet', calls: 5, passed: 6500 });
	expect(await ask([absent, absent, ok('COMPLETE')])).toMatchObject({ kind: 'confirmed' });
});

test('a run that has not ended is asked for a few times, then it is not confirmed yet', async () => {
	expect(await ask([ok('PROCESSING')])).toMatchObject({ kind: 'notYet', calls: 5 });
	expect(await ask([ok('PROCESSING'), ok('COMPLETE')])).toMatchObject({ kind: 'confirmed' });
});

const reset: Reply = { kind: 'indeterminate', error: fault };
const denied: Reply = { kind: 'unauthorized', error: { ...fault, httpCode: 401 } };

test.each<[string, Reply | 'throws']>([
	['reset', reset],
	['down', { kind: 'retryable', error: fault }],
	['asking for a long pause', { kind: 'retryable', error: fault, retryAfterMs: 60_000 }],
	['denying', denied],
	['redirecting', { kind: 'rejected', error: { ...fault, httpCode: 307 } }],
	['not to be connected to', { kind: 'rejected', error: fault }],
	['answering what makes reading it throw', 'throws'],
])('a service that is %s could not be asked, within the limit', async (_, answer) => {
	const { kind, passed } = await ask([answer]);
	expect(kind).toBe('unavailable');
	expect(passed).toBeLessThanOrEqual(VERIFY_TIMEOUT_MS);
});

test('one denial is not the end, two are', async () => {
	expect(await ask([denied, ok('COMPLETE')])).toMatchObject({ kind: 'confirmed', calls: 2 });
	expect(await ask([denied])).toMatchObject({ kind: 'unavailable', calls: 2, passed: 500 });
});

test('a service that rejects the ids may know them later', async () => {
	const refused: Reply = { kind: 'rejected', error: { ...fault, httpCode: 400 } };
	expect(await ask([refused])).toMatchObject({ kind: 'notYet', calls: 5 });
	expect(await ask([refused, ok('COMPLETE')])).toMatchObject({ kind: 'confirmed', calls: 2 });
});

test.each<[string, Array<Reply | 'throws'>]>([
	['not found', [absent, reset]],
	['open', [ok('PROCESSING'), reset]],
	['open, then denied', [ok('PROCESSING'), denied]],
	['unreachable, then not found', [reset, absent, reset]],
	['open, then a throw', [ok('PROCESSING'), 'throws']],
])(
	'a run that was seen as %s could be asked for, whatever the last call met',
	async (_, answers) => {
		expect((await ask(answers)).kind).toBe('notYet');
	},
);

test('slow answers end at the limit, with what was known by then', async () => {
	const slow = await ask([absent], 'workflowRun.completed', 3000);
	expect(slow).toMatchObject({ kind: 'notYet', passed: VERIFY_TIMEOUT_MS });
	const silent = await ask([ok('COMPLETE')], 'workflowRun.completed', 60_000);
	expect(silent).toMatchObject({ kind: 'unavailable', passed: VERIFY_TIMEOUT_MS });
});

test('a run that n8n could not store as it is was asked for, and is confirmed', async () => {
	let deep: unknown = 1;
	for (let level = 0; level < 200_000; level++) deep = [deep];
	expect((await ask([ok('COMPLETE', { output: { deep } })])).kind).toBe('confirmed');
});

describe('a delivery with two ids', () => {
	/** What each id answers, every time. */
	async function askFor(byId: Record<string, Reply>) {
		const clock = new VirtualClock();
		const asked: string[] = [];
		const api = {
			getRun: async (_: string, id: string) => {
				asked.push(id);
				return await Promise.resolve(byId[id]);
			},
		};
		const reported = {
			event: 'workflowRun.completed',
			workflowId: 'WCFG-1',
			runIds: Object.keys(byId),
		} as const;
		return { verdict: await clock.run(verifyEvent(api, clock, reported)), asked };
	}
	const run = (id: string, status = 'COMPLETE') => ok(status, { id });

	test.each<[string, Record<string, Reply>]>([
		['the first', { 'WRUN-1': run('WRUN-1'), 'EVT-1': absent }],
		['the second', { 'EVT-1': absent, 'WRUN-1': run('WRUN-1') }],
		[
			'the second, the first being another run',
			{ 'WRUN-2': ok('FAILED', { id: 'WRUN-2' }), 'WRUN-1': run('WRUN-1') },
		],
		[
			'the second, the first being rejected',
			{ x: { kind: 'rejected', error: { ...fault, httpCode: 400 } }, 'WRUN-1': run('WRUN-1') },
		],
	])('is confirmed by %s', async (_, byId) => {
		const { verdict } = await askFor(byId);
		expect(verdict).toMatchObject({ kind: 'confirmed', run: { id: 'WRUN-1' } });
	});

	test('is asked for by the first alone when that one is confirmed', async () => {
		expect((await askFor({ 'WRUN-1': run('WRUN-1'), 'EVT-1': absent })).asked).toEqual(['WRUN-1']);
	});

	test.each<[string, Reply, Reply]>([
		['contradicted', run('a', 'FAILED'), run('b', 'FAILED')],
		['notYet', run('a', 'FAILED'), absent],
		['notYet', run('a', 'FAILED'), reset],
		['notYet', absent, absent],
		['notYet', reset, absent],
		['notYet', denied, absent],
		['unavailable', reset, reset],
	])('is %s when its ids answer %j and %j', async (expected, a, b) => {
		expect((await askFor({ a, b })).verdict.kind).toBe(expected);
	});
});
