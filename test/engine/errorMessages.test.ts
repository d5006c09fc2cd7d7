import type { IDataObject } from 'n8n-workflow';
import { type FakeCopyAi, type SettingsPatch, startFakeCopyAi } from '../fakes/copyAi';
import { byId, execute, type NodeSettings, type TestCredential } from './harness';
import { useVirtualTime } from '../support/virtualTime';

useVirtualTime();

const marked = 'key-that-nobody-may-see-0123456789';
let fake: FakeCopyAi;
let credential: TestCredential;

beforeAll(async () => {
	fake = await startFakeCopyAi({ apiKey: marked, durationMs: 100 });
	credential = { apiKey: marked, baseUrl: fake.url };
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

async function run(
	parameters: IDataObject,
	items: IDataObject[] = [{}],
	settings: NodeSettings = {},
) {
	return await execute({
		credential,
		items,
		settings,
		parameters: {
			resource: 'workflowRun',
			operation: 'startAndWait',
			workflowId: byId('WCFG-1'),
			variablesInput: 'json',
			variablesJson: '{"Input 1":"text"}',
			...parameters,
		} as never,
	});
}

describe('refused before anything is sent, naming the parameter and the item', () => {
	const rows = (...names: string[]) => ({
		variablesInput: 'fields',
		variableFields: { variable: names.map((name) => ({ name, value: 'x' })) },
	});
	test.each<[what: string, parameters: IDataObject, message: RegExp]>([
		['no workflow id', { workflowId: byId('  ') }, /'Workflow' has no workflow ID \[Item 0\]/],
		[
			'a URL without an id',
			{ workflowId: { __rl: true, mode: 'url', value: "={{ 'https://app.copy.ai/' }}" } },
			/'Workflow' has no workflow ID/,
		],
		['an id that is a path', { workflowId: byId('..') }, /'Workflow' has no workflow ID/],
		['no run id', { operation: 'get', runId: byId("={{ '' }}") }, /'Run' has no run ID/],
		['JSON that is none', { variablesJson: '{"a":' }, /'Values' isn't valid JSON/],
		['a JSON list', { variablesJson: '[1]' }, /'Values' must be a JSON object/],
		['a JSON text', { variablesJson: '"text"' }, /'Values' must be a JSON object/],
		['JSON null', { variablesJson: 'null' }, /'Values' must be a JSON object/],
		['empty JSON', { variablesJson: '' }, /'Values' isn't valid JSON/],
		['a blank name', rows('a', '  '), /Variable 2 in 'Values' has no name/],
		['a repeated name', rows('a', 'b', 'a'), /The variable 'a' is listed twice in 'Values'/],
		[
			'metadata that is a list',
			{ options: { metadata: '[]' } },
			/'Metadata' must be a JSON object/,
		],
		[
			'metadata with our key',
			{ options: { metadata: '{"n8nStartKey":"x"}' } },
			/'Metadata' contains n8nStartKey/,
		],
		['a timeout of 0', { options: { timeout: 0 } }, /'Timeout' must be 1 or more \(it is 0\)/],
		['a timeout below 0', { options: { timeout: -5 } }, /'Timeout' must be 1 or more \(it is -5\)/],
		[
			'a concurrency of 0',
			{ options: { concurrency: 0 } },
			/'Concurrency' must be 1 or more \(it is 0\)/,
		],
		['a limit of 0', { operation: 'getAll', limit: 0 }, /'Limit' must be 1 or more \(it is 0\)/],
		[
			'a date that is none',
			{ operation: 'getAll', filters: { createdAfter: 'yesterday-ish' } },
			/'Created After' isn't a valid date/,
		],
		[
			'an object as start key',
			{ options: { startKey: '={{ ({}) }}' } },
			/'Start Key' must be text or a number/,
		],
	])('%s', async (_, parameters, message) => {
		const { error, json } = await run(parameters);
		expect(error?.message).toMatch(message);
		expect(error?.description).toBeTruthy();
		expect(json).toEqual([]);
		expect(fake.counts.total).toBe(0);
	});

	test('one bad item of three refuses all, or with continue on error only itself', async () => {
		const items = [{ json: '{"a":"1"}' }, { json: 'oops' }, { json: '{"a":"3"}' }];
		const parameters = { variablesJson: '={{ $json.json }}' };
		const stopped = await run(parameters, items);
		expect(stopped.error?.message).toContain('[Item 1]');
		expect(fake.counts.total).toBe(0);
		const { outputs } = await run(parameters, items, { onError: 'continueRegularOutput' });
		expect(outputs[0].map(({ json }) => json.status)).toEqual(['COMPLETE', undefined, 'COMPLETE']);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2].map((item) => ({ item })),
		);
		expect(fake.runs).toHaveLength(2);
	});
});

describe("each of Copy.ai's answers becomes one readable message with a way out", () => {
	test.each<[what: string, settings: SettingsPatch, message: RegExp, description: RegExp]>([
		[
			'400 credit limit',
			{ refuseStarts: 'creditLimit' },
			/has reached its credit limit.*400 WORKFLOW_CREDIT_LIMIT_REACHED/,
			/add credits/,
		],
		[
			'400 without body',
			{ refuseStarts: 'empty400' },
			/Copy.ai rejected the request: Copy.ai responded with 400/,
			/Check the IDs/,
		],
		[
			'401 JSON',
			{ apiKey: 'another' },
			/Copy.ai rejected the API key: Copy.ai responded with 401/,
			/Configuration > API Keys/,
		],
		[
			'401 HTML',
			{ apiKey: 'another', deniedForm: 'html' },
			/Copy.ai rejected the API key: Copy.ai responded with 401/,
			/API Keys/,
		],
		[
			'403 empty',
			{ forbidden: true, deniedForm: 'empty' },
			/doesn't have permission for this operation: Copy.ai responded with 403/,
			/API Keys/,
		],
		['404 JSON', { workflows: [] }, /Not found: Copy.ai responded with 404/, /Check the ID/],
		[
			'422 with details',
			{ invalid: { 'Input 1': ['is missing', 'is blank'] } },
			/couldn't process the request: Copy.ai responded with 422 REQUEST_INVALID.*\(Input 1: is missing, is blank\)/,
			/names match the workflow's inputs exactly/,
		],
		[
			'429',
			{ faults: [{ kind: 'tooManyRequestsRetryAfter' }], retryAfter: '31536000' },
			/limiting the number of requests: Copy.ai responded with 429/,
			/Concurrency/,
		],
		[
			'a redirect',
			{ redirectTo: 'http://127.0.0.1:1/elsewhere' },
			/The 'API URL' redirects to another address/,
			/final address/,
		],
	])('%s', async (_, settings, message, description) => {
		fake.set(settings);
		const { error } = await run({});
		expect(error?.message).toMatch(message);
		expect(error?.message).toMatch(/when starting a run of workflow WCFG-1.* \[Item 0\]$/);
		expect(error?.description).toMatch(description);
		expect(fake.runs).toHaveLength(0);
	});

	test.each<[what: string, settings: SettingsPatch, message: RegExp]>([
		[
			'500',
			{ faults: [{ kind: 'serverErrorBefore' }] },
			/currently unavailable: Copy.ai responded with 500/,
		],
		[
			'502 HTML',
			{ faults: [{ kind: 'badGatewayBefore' }] },
			/currently unavailable: Copy.ai responded with 502/,
		],
		[
			'an empty answer',
			{ faults: [{ kind: 'emptyAfter' }] },
			/returned an unreadable response when .* \(status 200\)/,
		],
		[
			'HTML with status 200',
			{ faults: [{ kind: 'htmlAfter' }] },
			/returned a web page instead of a response from Copy\.ai when/,
		],
		[
			'a truncated answer',
			{ faults: [{ kind: 'truncatedAfter' }] },
			/returned an unreadable response when .* \(status 200\)/,
		],
		[
			'a cut connection',
			{ faults: [{ kind: 'resetBefore' }] },
			/Couldn't reach Copy.ai when reading run.*connection reset/,
		],
		['404 as text', { notFoundForm: 'text' }, /Not found: Copy.ai responded with 404 NOT_FOUND/],
	])('%s, when reading a run', async (_, settings, message) => {
		if (!settings.notFoundForm) fake.seedRuns([{ id: 'WRUN-1', workflowId: 'WCFG-1' }]);
		fake.set(settings);
		const { error } = await run({ operation: 'get', runId: byId('WRUN-1') });
		expect(error?.message).toMatch(message);
		expect(error?.message).toMatch(/run WRUN-1 of workflow WCFG-1.* \[Item 0\]$/);
		expect(error?.description).toBeTruthy();
	});

	test('an API URL where nobody answers is said with the way out', async () => {
		const parameters = {
			resource: 'workflowRun',
			operation: 'get',
			workflowId: byId('W'),
			runId: byId('R'),
		};
		const { error } = await execute({
			credential: { apiKey: marked, baseUrl: 'http://127.0.0.1:9' },
			parameters,
		});
		expect(error?.message).toContain(
			"Couldn't reach Copy.ai when reading run R of workflow W: connection refused [Item 0]",
		);
		expect(error?.description).toContain('API URL');
	});

	test.each(['ftp://x', 'not a url', 'https://x/?a=1'])(
		'the API URL %s is refused before anything is sent',
		async (baseUrl) => {
			const { error } = await execute({
				credential: { apiKey: marked, baseUrl },
				parameters: { resource: 'workflowRun', operation: 'getAll', workflowId: byId('W') },
			});
			expect(error?.message).toContain("'API URL' in the credential isn't a valid URL");
		},
	);

	test('blanks around the API URL and a slash behind it do not matter', async () => {
		const { error } = await execute({
			credential: { apiKey: ` ${marked} `, baseUrl: ` ${fake.url}/ ` },
			parameters: { resource: 'workflowRun', operation: 'getAll', workflowId: byId('W') },
		});
		expect(error).toBeUndefined();
	});
});

test('the API key is in no message, item or execution data, and goes out in its header alone', async () => {
	fake.set({
		faults: [{ kind: 'forbiddenEmpty', on: ['startRun'], inputContains: 'b', times: 1 }],
	});
	const { run: data } = await run(
		{ variablesJson: '={{ { v: $json.v } }}' },
		[{ v: 'a' }, { v: 'b' }, { v: 'c' }],
		{
			onError: 'continueRegularOutput',
		},
	);
	expect(JSON.stringify(data)).not.toContain(marked);
	expect(
		JSON.stringify(fake.requests.map(({ path, query, body }) => [path, query, body])),
	).not.toContain(marked);
});

test('input names with spaces, hyphens, dots, brackets, quotes, accents and emoji arrive unchanged', async () => {
	const names = [
		'Input 1',
		'original-text',
		'a.b.c',
		'list[0]',
		'say "hi"',
		"it's",
		'Größe',
		'名前',
		'🛋️',
		' led and trailed ',
		'constructor',
	];
	const variable = names.map((name) => ({ name, value: `value of ${name}` }));
	await run({ variablesInput: 'fields', variableFields: { variable } });
	expect(fake.runs[0].input).toEqual(
		Object.fromEntries(variable.map(({ name, value }) => [name, value])),
	);
	await run({ variablesJson: JSON.stringify(fake.runs[0].input) });
	expect(fake.runs[1].input).toEqual(fake.runs[0].input);
});

test.each([
	'https://api.copy.ai/api/workflow/WCFG-12ab/run',
	'https://app.copy.ai/workspace/1/workflows/WCFG-12ab?tab=api',
	' WCFG-12ab ',
])('the workflow is found in "%s"', async (value) => {
	await run({ workflowId: { __rl: true, mode: value.includes('://') ? 'url' : 'id', value } });
	expect(fake.runs[0].workflowId).toBe('WCFG-12ab');
});
