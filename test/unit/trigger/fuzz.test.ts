/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports */
import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from 'node:assert';
import fc from 'fast-check';
import type {
	IDataObject,
	IHttpRequestOptions,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { CopyAiTrigger } from '../../../nodes/CopyAiTrigger/CopyAiTrigger.node';
import { digestToken, recentEvents } from '../../../nodes/shared/trigger';
import { createService, targetOf } from '../../fakes/copyAi';

// Time jumps: a run that is not there would cost six seconds each time.
jest.mock('../../../nodes/shared/http/clock', () => ({
	clock: { now: () => 0, monotonicNow: () => 0, random: () => 0, sleep: mockSleep },
}));

interface Timer {
	at: number;
	end: () => void;
}
let mockNow = 0;
const mockTimers = new Set<Timer>();
async function mockSleep(ms: number, signal?: AbortSignal): Promise<void> {
	if (signal?.aborted) return;
	await new Promise<void>((resolve) => {
		const timer: Timer = {
			at: mockNow + ms,
			end: () => {
				mockTimers.delete(timer);
				resolve();
			},
		};
		mockTimers.add(timer);
		signal?.addEventListener('abort', timer.end, { once: true });
	});
}

/** Lets time jump until the work is done. */
async function finish<T>(work: Promise<T>): Promise<T> {
	let over = false;
	const end = () => void (over = true);
	work.then(end, end);
	for (;;) {
		await new Promise((resolve) => setImmediate(resolve));
		if (over) return await work;
		const [next] = [...mockTimers].sort((one, other) => one.at - other.at);
		mockNow = next.at;
		next.end();
	}
}

const CASES = 10_000;
const token = 'a-secret-of-the-trigger';
let registrations = 0;
const trigger = new CopyAiTrigger();
const runEvents = ['workflowRun.completed', 'workflowRun.failed', 'workflowRun.started'];
const events = [...runEvents, 'workflowCreditLimit.reached'];

const service = createService();
const [done, failed, open, elsewhere, fromEditor] = service.seedRuns([
	{ workflowId: 'WCFG-1', output: { text: 'right' } },
	{ workflowId: 'WCFG-1', status: 'FAILED', error: 'no' },
	{ workflowId: 'WCFG-1', status: 'PROCESSING' },
	{ workflowId: 'WCFG-2' },
	{ workflowId: 'WCFG-1', metadata: { webapp: true } },
]);
const ids = [done, failed, open, elsewhere, fromEditor].map(({ id }) => id);

/** What the fake service says of an event. */
function confirms(event: unknown, id: unknown, workflowId: unknown): boolean {
	const run = service.findRun(String(id));
	if (!run || run.workflowId !== workflowId) return false;
	if (event === 'workflowRun.started') return true;
	const status = service.statusOf(run);
	return status === (event === 'workflowRun.completed' ? 'COMPLETE' : 'FAILED');
}

interface Case {
	body: unknown;
	query: unknown;
	parameters: IDataObject;
	/** Copy.ai answers. */
	isUp: boolean;
}

/** Hands one case to the node's own webhook(), as n8n does. */
async function receive({ body, query, parameters, isUp }: Case) {
	let status = 200;
	const log: string[] = [];
	// Each case is a trigger of its own, that has seen nothing yet.
	const own = `${token}-${registrations++}`;
	const isRight = (query as { token?: unknown } | null)?.token === token;
	const response = { status: (code: number) => ((status = code), response), json: () => response };
	const context = {
		getWorkflowStaticData: () => staticData,
		getQueryData: () => (isRight ? { ...(query as object), token: own } : query),
		getBodyData: () => body,
		getResponseObject: () => response,
		getNode: () => ({ name: 'Copy.ai Trigger' }),
		getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
		getCredentials: async () => ({ apiKey: service.settings.apiKey, baseUrl: 'http://fake/api' }),
		logger: {
			info: (line: string) => void log.push(line),
			warn: () => {},
		},
		helpers: {
			httpRequestWithAuthentication: async (_: string, { url, method }: IHttpRequestOptions) => {
				if (!isUp) throw Object.assign(new TypeError('reset'), { code: 'ECONNRESET' });
				const answer = service.answer({
					method: method ?? 'GET',
					...targetOf(url),
					headers: { 'x-copy-ai-api-key': service.settings.apiKey },
				});
				if (!('body' in answer)) throw new TypeError('The fake gives whole answers here');
				return { statusCode: answer.status, headers: answer.headers, body: answer.body };
			},
		},
	} as unknown as IWebhookFunctions;
	const staticData: IDataObject = { tokenDigest: digestToken(own) };
	const result: IWebhookResponseData = await trigger.webhook.call(context);
	const { pendingCount, rechecks } = recentEvents(digestToken(own));
	rechecks.stop();
	return { result, status, log, pendingCount };
}

const oddText = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('..', '\ud800', '', ' '));
const anyJson = fc.oneof(fc.jsonValue({ maxDepth: 6 }), fc.anything({ withNullPrototype: true }));
const id = fc.oneof(
	{ weight: 6, arbitrary: fc.constantFrom(...ids) },
	{ weight: 2, arbitrary: fc.constantFrom('WRUN-forged', ids[0].toLowerCase(), `${ids[0]}/..`) },
	{ weight: 1, arbitrary: oddText },
	{ weight: 1, arbitrary: anyJson },
);
const likeDelivery = fc.record(
	{
		type: fc.oneof(
			{ weight: 8, arbitrary: fc.constantFrom(...events) },
			{ weight: 1, arbitrary: anyJson },
		),
		id,
		workflowRunId: id,
		workflowId: fc.oneof(
			{ weight: 6, arbitrary: fc.constantFrom('WCFG-1', 'WCFG-2') },
			{ weight: 1, arbitrary: oddText },
			{ weight: 1, arbitrary: anyJson },
		),
		status: fc.oneof(fc.constantFrom('COMPLETE', 'FAILED', 'NEW'), anyJson),
		output: anyJson,
		result: anyJson,
		metadata: fc.oneof(fc.constant({ webapp: true }), anyJson),
		credits: anyJson,
		error: anyJson,
		verified: fc.constant(true),
		event: anyJson,
		['__proto__']: anyJson,
		constructor: anyJson,
		toString: anyJson,
	},
	{ requiredKeys: [] },
);
/** A delivery as Copy.ai sends it, with something changed or not. */
const nearlyRight = fc
	.tuple(
		fc.constantFrom(done, failed, open, elsewhere, fromEditor),
		fc.constantFrom(...runEvents),
		fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: likeDelivery }),
	)
	.map(([run, type, change]) => ({
		type,
		id: run.id,
		workflowId: run.workflowId,
		output: { text: 'forged' },
		...change,
	}));
const nests = [1, 198, 199, 200, 5000, 200_000].map(
	(depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown,
);
const deep = fc
	.tuple(likeDelivery, fc.constantFrom('output', 'metadata', 'a'), fc.constantFrom(...nests))
	.map(([body, key, nest]) => ({ ...body, [key]: nest }));
const parameters = fc.record({
	events: fc.oneof(
		{ weight: 6, arbitrary: fc.constant(events) },
		{ weight: 1, arbitrary: fc.subarray(events) },
	),
	workflowId: fc.constantFrom('', { __rl: true, mode: 'id', value: 'WCFG-1' }),
	options: fc.record(
		{ verify: fc.boolean(), includeEditorRuns: fc.boolean(), parseJson: fc.boolean() },
		{ requiredKeys: [] },
	),
});
const cases: fc.Arbitrary<Case> = fc.record({
	body: fc.oneof(
		{ weight: 20, arbitrary: likeDelivery },
		{ weight: 20, arbitrary: nearlyRight },
		{ weight: 5, arbitrary: anyJson },
		{ weight: 3, arbitrary: likeDelivery.map((body) => JSON.stringify(body)) },
		{ weight: 1, arbitrary: deep },
	),
	query: fc.oneof(
		{ weight: 20, arbitrary: fc.constant({ token }) },
		{ weight: 1, arbitrary: fc.constantFrom({ token: [token] }, { token: { token } }, {}) },
		{ weight: 1, arbitrary: anyJson },
		{ weight: 1, arbitrary: fc.record({ token: anyJson }) },
	),
	parameters: parameters as fc.Arbitrary<IDataObject>,
	isUp: fc.boolean().chain((first) => fc.boolean().map((second) => first || second)),
}) as fc.Arbitrary<Case>;

test(`${CASES} bodies and queries: no throw, and nothing goes out as verified that Copy.ai does not confirm`, async () => {
	const tally = { refused: 0, ignored: 0, verified: 0, unverified: 0, limit: 0 };
	await fc.assert(
		fc.asyncProperty(cases, async (one) => {
			const { result, status, log, pendingCount } = await finish(receive(one));
			// `expect` takes longer than all the rest, with this many deliveries.
			strictEqual(pendingCount, 0);
			// Every ignored delivery has one line of the log, and no other has any.
			strictEqual(log.length, result.workflowData ? 0 : 1);
			const { token: given } = (one.query ?? {}) as { token?: unknown };
			if (given !== token || !Object.hasOwn(one.query as object, 'token')) {
				tally.refused++;
				deepStrictEqual([status, result], [401, { noWebhookResponse: true }]);
				return;
			}
			strictEqual(status, 200);
			if (!result.workflowData) {
				tally.ignored++;
				const { message } = result.webhookResponse as { message: string };
				deepStrictEqual(result.webhookResponse, { message });
				match(message, /^Ignored: /);
				return;
			}
			strictEqual(result.workflowData.length, 1);
			strictEqual(result.workflowData[0].length, 1);
			const [[{ json }]] = result.workflowData;
			// n8n stores it: it must be writable, plain, and no error.
			JSON.stringify(json);
			strictEqual(Object.getPrototypeOf(json), Object.prototype);
			strictEqual('error' in json, false);
			ok((one.parameters.events as unknown[]).includes(json.event));
			if (!runEvents.includes(String(json.event))) {
				tally.limit++;
				ok(!('verified' in json));
				return;
			}
			const { verify, includeEditorRuns } = one.parameters.options as IDataObject;
			const asked = (one.parameters.workflowId as { value?: string }).value ?? json.workflowId;
			if (json.verified === true) {
				tally.verified++;
				ok(confirms(json.event, json.id, json.workflowId));
				strictEqual(json.workflowId, asked);
				ok(![verify, one.isUp].includes(false));
				if (json.id === done.id) deepStrictEqual(json.output, { text: 'right' });
				if (includeEditorRuns === false) notStrictEqual(json.id, fromEditor.id);
			} else {
				tally.unverified++;
				strictEqual(json.verified, false);
				// Unconfirmed only if Copy.ai couldn't be asked: it is down, and the run's workflow is known.
				if (verify !== false) {
					strictEqual(one.isUp, false);
					ok(json.workflowId);
				}
			}
		}),
		{ numRuns: CASES, seed: 4 },
	);
	// Every way out was taken often.
	for (const count of Object.values(tally)) expect(count).toBeGreaterThan(500);
}, 240_000);

describe('sequences of deliveries', () => {
	/** What the n-th call to Copy.ai meets, over and over. */
	const weather = fc.array(fc.constantFrom('up', 'down', 'throws', 'denied', 'nonsense'), {
		minLength: 1,
		maxLength: 6,
	});
	const sequence = fc.array(
		fc.record({
			run: fc.constantFrom(done, failed, open),
			event: fc.constantFrom(...runEvents),
			/** The event's own id beside the run's, in either field. */
			ownId: fc.constantFrom('', 'id', 'workflowRunId'),
			/** At the same time as the one before. */
			isCopy: fc.boolean(),
			namesWorkflow: fc.boolean(),
			broken: fc.constantFrom('', '', '', 'credentials', 'log', 'parameters'),
		}),
		{ minLength: 1, maxLength: 12 },
	);
	const settings = fc.record({
		verify: fc.boolean(),
		workflow: fc.constantFrom('', 'WCFG-1'),
	});

	test('nothing starts twice or unconfirmed, and nothing stays pending, whatever Copy.ai and n8n throw', async () => {
		let started = 0;
		let threw = 0;
		await fc.assert(
			fc.asyncProperty(
				sequence,
				weather,
				settings,
				async (steps, conditions, { verify, workflow }) => {
					const own = `${token}-${registrations++}`;
					const staticData: IDataObject = { tokenDigest: digestToken(own) };
					const answers: string[] = [];
					const items: IDataObject[] = [];
					let events = 0;

					const deliver = async (step: (typeof steps)[number]) => {
						const { run, event, ownId, namesWorkflow, broken } = step;
						const fail = (place: string) => {
							if (broken === place) throw new RangeError('Maximum call stack size exceeded');
						};
						const response = { status: () => response, json: () => response };
						const context = {
							getWorkflowStaticData: () => staticData,
							getQueryData: () => ({ token: own }),
							getBodyData: () => ({
								type: event,
								id: run.id,
								workflowRunId: run.id,
								...(ownId && { [ownId]: `EVT-${events++}` }),
								...(namesWorkflow && { workflowId: run.workflowId }),
							}),
							getResponseObject: () => response,
							getNode: () => ({ name: 'Copy.ai Trigger' }),
							getNodeParameter: (name: string, fallback: unknown) => {
								fail('parameters');
								if (name === 'events') return runEvents;
								return name === 'options' ? { verify } : (workflow ?? fallback);
							},
							getCredentials: async () => {
								await Promise.resolve();
								fail('credentials');
								return { apiKey: service.settings.apiKey, baseUrl: 'http://fake/api' };
							},
							logger: { info: () => fail('log'), warn: () => fail('log') },
							helpers: {
								httpRequestWithAuthentication: async (
									_: string,
									{ url, method }: IHttpRequestOptions,
								) => {
									const condition = conditions[answers.length % conditions.length];
									answers.push(condition);
									if (condition === 'down')
										throw Object.assign(new TypeError('x'), { code: 'ECONNRESET' });
									if (condition === 'throws')
										throw new RangeError('Maximum call stack size exceeded');
									if (condition === 'denied') return { statusCode: 403, headers: {}, body: '' };
									if (condition === 'nonsense')
										return { statusCode: 200, headers: {}, body: '<html>' };
									const answer = service.answer({
										method: method ?? 'GET',
										...targetOf(url),
										headers: { 'x-copy-ai-api-key': service.settings.apiKey },
									});
									if (!('body' in answer)) throw new TypeError('The fake gives whole answers here');
									return { statusCode: answer.status, headers: answer.headers, body: answer.body };
								},
							},
						} as unknown as IWebhookFunctions;
						const result = await trigger.webhook.call(context).catch(() => {
							threw++;
							return {} as IWebhookResponseData;
						});
						const item = result.workflowData?.[0][0].json;
						if (item) items.push({ ...item, run: run.id });
					};

					let together: Array<Promise<void>> = [];
					for (const step of steps) {
						if (!step.isCopy) {
							await finish(Promise.all(together));
							together = [];
						}
						together.push(deliver(step));
					}
					await finish(Promise.all(together));

					const recent = recentEvents(digestToken(own));
					expect(recent.pendingCount).toBe(0);
					recent.rechecks.stop();
					const starts = items.map(({ event, run }) => `${String(event)} ${String(run)}`);
					expect(new Set(starts).size).toBe(starts.length);
					started += starts.length;
					for (const item of items) {
						if (verify) expect(item.workflowId).toBeTruthy();
						if (item.verified) expect(confirms(item.event, item.run, item.workflowId)).toBe(true);
						else if (verify && answers.length > 0) {
							expect(
								answers.some((answer) => answer !== 'up') || steps.some(({ broken }) => broken),
							).toBe(true);
						}
					}
				},
			),
			{ numRuns: 600, seed: 7 },
		);
		expect(started).toBeGreaterThan(600);
		expect(threw).toBeGreaterThan(200);
	}, 240_000);
});
