/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { useVirtualTime } from '../support/virtualTime';
import { byId, type Execution, execute, messageOf, type NodeSettings } from './harness';

useVirtualTime();

const LONGEST = 400;
const RUNS = 80;
const marked = 'marked-key-0123456789';
/** The key as it is, and as it can come in an answer. */
const forms = [marked, Buffer.from(marked).toString('base64'), encodeURIComponent(`${marked}/`)];

/** What the service answers to everything, but for the id of a run that is started. */
interface Answer {
	status: number;
	/** Of the run, where it is read. */
	runStatus: string;
	text: string;
	form: 'json' | 'text' | 'html';
}

let answer: Answer;
let server: Server;
let credential: { apiKey: string; baseUrl: string };

beforeAll(async () => {
	server = createServer((request, response) => {
		const status = request.method === 'POST' && answer.runStatus ? 200 : answer.status;
		response.writeHead(status).end(bodyOf(request, status));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	credential = { apiKey: marked, baseUrl: `http://127.0.0.1:${port}/api` };
});
afterAll(() => void server.close());

let started = 0;

function bodyOf({ method, url = '' }: IncomingMessage, status: number): string {
	const { runStatus, text, form } = answer;
	if (form === 'html') return `<!doctype html><title>${text}</title>`;
	if (form === 'text') return text;
	if (status >= 300) {
		const details = { [text]: [text, marked], other: { message: text } };
		return JSON.stringify({ status: 'error', errorCode: text, details });
	}
	if (method === 'POST') return JSON.stringify({ data: { id: `WRUN-${++started}` } });
	const id = decodeURIComponent(url.split('?')[0].split('/').at(-1) ?? '');
	const run = { id, status: runStatus, error: { message: text, reason: [text] }, output: {} };
	return JSON.stringify({ data: /[?&]page=/.test(url) ? { data: [] } : run });
}

const ODD_TEXTS = [
	'x'.repeat(3_000),
	'👩‍👩‍👧‍👦'.repeat(300),
	'a\u0301'.repeat(1_000),
	'half of one \ud83d',
	'line\n'.repeat(500),
	'went wrong [item 2]',
	`{"message":"${'deep '.repeat(200)}"}`,
	'<img src=x onerror="alert(1)">',
	'ECONNREFUSED 127.0.0.1:443',
	'__proto__',
	'   ',
];
const text = fc.oneof(
	fc.constantFrom(...ODD_TEXTS),
	fc.string({ unit: 'binary', maxLength: 1_000 }),
);
const withKey = fc
	.tuple(text, fc.constantFrom(...forms), text)
	.map(([before, key, after]) => `${before.slice(0, 450)} ${key} ${after}`);
const answers: fc.Arbitrary<Answer> = fc.record({
	status: fc.constantFrom(200, 200, 200, 400, 401, 403, 404, 409, 422, 429, 500, 502),
	runStatus: fc.constantFrom('FAILED', 'COMPLETE', 'PROCESSING', ''),
	text: fc.oneof(text, withKey),
	form: fc.constantFrom('json', 'json', 'json', 'text', 'html'),
});

const rows = (name: string) => ({
	variablesInput: 'fields',
	variableFields: {
		variable: [
			{ name, value: 'x' },
			{ name: '={{ $json.x }}', value: '={{ $json.x }}' },
		],
	},
});
/** What a user can enter, with the item's text somewhere in it. */
const entered: Array<(odd: string) => IDataObject> = [
	() => ({ variablesInput: 'json', variablesJson: '={{ $json.x }}' }),
	() => ({ variablesInput: 'json', variablesJson: '={{ { a: $json.x, [$json.x]: 1n } }}' }),
	(odd) => rows(odd),
	() => ({ ...rows('a'), options: { startKey: '={{ $json.x }}', timeout: 5 } }),
	() => ({ ...rows('a'), options: { timeout: '={{ $json.x }}' } }),
	() => ({ ...rows('a'), options: { onTimeout: '={{ $json.x }}' } }),
	() => ({ ...rows('a'), options: { metadata: '={{ $json.x }}' } }),
	() => ({ ...rows('a'), workflowId: byId('={{ $json.x }}'), options: { timeout: 5 } }),
	() => ({ ...rows('={{ $json.nothing.of.it }}') }),
	() => ({ operation: 'start', ...rows('a'), options: { creditBudget: '={{ $json.x }}' } }),
	() => ({ operation: 'get', runId: byId('={{ $json.x }}') }),
	() => ({ operation: 'wait', runId: byId('={{ $json.x }}'), options: { timeout: 5 } }),
	() => ({ operation: 'getAll', filters: { createdAfter: '={{ $json.x }}' } }),
	() => ({ operation: 'getAll', limit: '={{ $json.x }}' }),
	() => ({ resource: 'webhook', operation: 'create', webhookUrl: '={{ $json.x }}', event: 'x' }),
	() => ({ resource: 'webhook', operation: 'delete', webhookId: '={{ $json.x }}' }),
	(odd) => ({ resource: 'webhook', operation: odd }),
	(odd) => ({
		variablesInput: 'mapper',
		variables: {
			mappingMode: 'autoMapInputData',
			value: null,
			schema: [odd, `${odd}2`].map((id) => ({ id, displayName: id, type: 'number' })),
		},
	}),
];
const ON_ERROR: NodeSettings[] = [
	{},
	{ onError: 'continueRegularOutput' },
	{ onError: 'continueErrorOutput' },
	{ retryOnFail: true, maxTries: 2, waitBetweenTries: 10 },
];

/** Everything that a user reads of an execution that didn't go well. */
function messagesOf({ error, outputs, run }: Execution): string[] {
	const items = outputs.flat().filter(({ json }) => json.error !== undefined);
	const hints = run.data.resultData.runData['Copy.ai']?.flatMap(({ hints: said = [] }) => said);
	return [
		...(error ? [error.message] : []),
		...items.map(({ json }) => messageOf(json)),
		...(hints ?? []).map(({ message }) => message),
	];
}

test('every message fits on the screen, has one tag and no key, whatever is entered and answered', async () => {
	let read = 0;
	await fc.assert(
		fc.asyncProperty(
			answers,
			fc.constantFrom(...entered),
			fc.tuple(text, text, text),
			fc.constantFrom(...ON_ERROR),
			async (answered, parametersOf, texts, settings) => {
				answer = answered;
				const execution = await execute({
					credential,
					items: texts.map((x, item) => ({ x, item })),
					settings,
					parameters: {
						resource: 'workflowRun',
						operation: 'startAndWait',
						workflowId: byId('WCFG-1'),
						...parametersOf(texts[1]),
					} as never,
				});
				const messages = messagesOf(execution);
				read += messages.length;
				for (const message of messages) {
					expect(message.length).toBeLessThanOrEqual(LONGEST);
					expect(message.trim()).not.toBe('');
					expect(message).not.toMatch(/\[item \d+]\s*\[item \d+\]/i);
				}
				const { outputs, error } = execution;
				const said = JSON.stringify([messages, error?.description, outputs]);
				for (const form of forms) expect(said).not.toContain(form);
			},
		),
		{ numRuns: RUNS },
	);
	expect(read).toBeGreaterThan(RUNS / 2);
}, 120_000);
