/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { ok, strictEqual } from 'node:assert';
import fc from 'fast-check';
import { endpoints, toRun, toSnapshot } from '../../../nodes/CopyAi/api';
import type { Answer } from '../../../nodes/runs';
import type { ApiContext } from '../../../nodes/shared/http';
import { retryAfter } from '../../../nodes/shared/http/retryAfter';

const ANSWERS = 20_000;
const KINDS = ['ok', 'retryable', 'indeterminate', 'notFound', 'rejected', 'unauthorized'];

/** A context whose every request gets this response. */
function answering(response: unknown, fails: boolean): ApiContext {
	return {
		getCredentials: async () => ({ apiKey: 'marked-key', baseUrl: 'https://api.copy.ai/api' }),
		helpers: {
			httpRequestWithAuthentication: async () =>
				await (fails ? Promise.reject(response) : Promise.resolve(response)),
		},
	} as unknown as ApiContext;
}

const oddKey = fc.constantFrom(
	'__proto__',
	'constructor',
	'error',
	'toString',
	'id',
	'data',
	'status',
);
const odd = fc.anything({
	key: fc.oneof(oddKey, fc.string()),
	withNullPrototype: false,
	maxDepth: 4,
});
const run = fc.record(
	{
		id: fc.oneof(fc.string(), odd),
		workflowRunId: odd,
		workflowId: odd,
		status: fc.oneof(fc.constantFrom('COMPLETE', 'FAILED', 'NEW', 'complete ', ''), odd),
		input: odd,
		output: odd,
		result: odd,
		metadata: fc.oneof(odd, fc.record({ n8nStartKey: odd, n8nStartAttempt: odd })),
		credits: fc.oneof(fc.string(), fc.double(), odd),
		createdAt: odd,
		error: odd,
	},
	{ requiredKeys: [] },
);
const answer = fc.oneof(
	odd,
	fc.record({ status: odd, data: fc.oneof(run, odd) }),
	fc.record({ data: fc.record({ total: odd, data: fc.array(fc.oneof(run, odd)) }) }),
	fc.record({ errorCode: odd, details: fc.oneof(odd, fc.dictionary(fc.string(), odd)) }),
);
const text = fc.oneof(
	answer.map((value) => safeJson(value)),
	fc.tuple(answer, fc.nat(40)).map(([value, end]) => safeJson(value).slice(0, end)),
	fc.string({ unit: 'binary' }),
	fc.constantFrom('', 'null', '[]', '<html>', '['.repeat(100_000), '{"data":'.repeat(50_000)),
);
const response = fc.record({
	statusCode: fc.oneof(
		fc.constantFrom(200, 202, 301, 400, 401, 403, 404, 422, 429, 500, 502),
		fc.integer({ min: 100, max: 999 }),
	),
	headers: fc.record(
		{
			'retry-after': fc.oneof(
				fc.string(),
				fc.constantFrom('31536000', '-1', 'Wed, 21 Oct 2099 07:28:00 GMT'),
				odd,
			),
		},
		{ requiredKeys: [] },
	),
	body: fc.oneof(text, odd),
});

function safeJson(value: unknown): string {
	try {
		return (
			JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part)) ?? ''
		);
	} catch {
		return '';
	}
}

const calls = [
	async (context: ApiContext) => await (await endpoints(context)).startRun('W', {}, {}),
	async (context: ApiContext) => await (await endpoints(context)).getRun('W', 'R'),
	async (context: ApiContext) => await (await endpoints(context)).listRuns('W', 1, 10),
	async (context: ApiContext) => await (await endpoints(context)).createWebhook('https://x', 'e'),
	async (context: ApiContext) => await (await endpoints(context)).getWebhook('H'),
	async (context: ApiContext) => await (await endpoints(context)).listWebhooks(1, 10),
	async (context: ApiContext) => await (await endpoints(context)).deleteWebhook('H'),
] as Array<
	(context: ApiContext) => Promise<Answer<unknown, { message: string; description: string }>>
>;

test(`${ANSWERS} odd answers: nothing is thrown, no prototype is touched, every message can be read`, async () => {
	const untouched = Object.getOwnPropertyNames(Object.prototype).join();
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(...calls),
			response,
			fc.boolean(),
			async (call, odd, fails) => {
				const result = await call(answering(odd, fails));
				// `expect` takes longer than all the rest, with this many answers.
				ok(KINDS.includes(result.kind), result.kind);
				if ('error' in result) {
					const { message, description } = result.error;
					ok(message.length > 10 && message.length < 1200, message);
					ok(description.length > 10, description);
					ok(!message.includes('marked-key'), message);
				}
				if ('retryAfterMs' in result && result.retryAfterMs !== undefined)
					ok(result.retryAfterMs >= 0, String(result.retryAfterMs));
				strictEqual(Object.getOwnPropertyNames(Object.prototype).join(), untouched);
			},
		),
		{ numRuns: ANSWERS },
	);
}, 120_000);

test('a run of any shape becomes one with every field of its type, and no "error"', () => {
	fc.assert(
		fc.property(fc.oneof(run, fc.dictionary(fc.oneof(oddKey, fc.string()), odd)), (raw) => {
			const shaped = toRun(raw, 'W');
			strictEqual(typeof shaped.id, 'string');
			strictEqual(typeof shaped.workflowId, 'string');
			strictEqual(typeof shaped.status, 'string');
			ok(shaped.credits === null || Number.isFinite(shaped.credits));
			strictEqual(Object.hasOwn(shaped, 'error'), false);
			strictEqual(Object.getPrototypeOf(shaped), Object.prototype);
			if (shaped.failure) ok(shaped.failure.message.length > 0);
			const seen = toSnapshot(raw, 'W');
			ok(['running', 'completed', 'failed', 'unknown'].includes(seen.state));
			if (seen.key) ok(Number.isInteger(seen.key.attempt));
		}),
		{ numRuns: 5_000 },
	);
}, 60_000);

test.each<[header: unknown, ms: number | undefined]>([
	['3', 3000],
	['0.5', 500],
	['31536000', 31_536_000_000],
	['-1', undefined],
	['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
	['Thu, 01 Jan 1970 00:00:00 GMT', undefined],
	['soon', undefined],
	['', undefined],
	[undefined, undefined],
	[['3'], undefined],
	['Infinity', undefined],
	['1e999', undefined],
])('Retry-After %j is %s ms', (header, ms) => {
	expect(retryAfter(header, Date.UTC(2026, 0, 1))).toBe(ms);
});
