import type { IDataObject } from 'n8n-workflow';
import { byId } from '../../../test/engine/harness';
import { type FakeB3os, type SettingsPatch, startFakeB3os } from '../fakes/b3os';
import { flow, type Rest } from './nodeUnderTest';
import { useVirtualTime } from '../../../test/support/virtualTime';

useVirtualTime();

const marked = 'b3sk_that_nobody_may_see_0123456789';
let fake: FakeB3os;

beforeAll(async () => {
	fake = await startFakeB3os({ apiKey: marked, durationMs: 100 });
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const run = async (parameters: IDataObject = {}, rest: Rest = {}, operation = 'startAndWait') =>
	await flow(
		fake,
		operation,
		{ variablesInput: 'json', variablesJson: '{"token":"ETH"}', ...parameters },
		{ ...rest, credential: { apiKey: marked, ...rest.credential } },
	).execute();

describe('refused before anything is sent, naming the parameter and the item', () => {
	test.each<[what: string, parameters: IDataObject, message: RegExp]>([
		['no workflow', { workflowId: byId(' ') }, /'Workflow' has no workflow \[Item 0\]/],
		[
			'simulation and dust test',
			{ options: { simulate: true, dustTest: true } },
			/'Simulate' and 'Dust Test' can't be combined/,
		],
		[
			'a version and the live one',
			{ options: { version: 2, runLive: true } },
			/'Run Live Version' and 'Version' can't be combined/,
		],
		[
			'half a version',
			{ options: { version: 1.5 } },
			/'Version' must be a whole number \(it is 1\.5\)/,
		],
		['version 0', { options: { version: 0 } }, /'Version' must be 1 or more \(it is 0\)/],
		['a run ID without run_', { options: { runId: 'order_7' } }, /'Run ID' isn't valid: "order_7"/],
		[
			'a run ID with a hyphen',
			{ options: { runId: 'run_a-b' } },
			/'Run ID' isn't valid: "run_a-b"/,
		],
		['a run ID and nothing behind', { options: { runId: 'run_' } }, /'Run ID' isn't valid: "run_"/],
		['an object as run ID', { options: { runId: '={{ ({}) }}' } }, /'Run ID' must be text/],
		['a payload that is a list', { variablesJson: '[1]' }, /'Values' must be a JSON object/],
		['a timeout of 0', { options: { timeout: 0 } }, /'Timeout' must be 1 or more \(it is 0\)/],
		[
			'a concurrency of 0',
			{ options: { concurrency: 0 } },
			/'Concurrency' must be 1 or more \(it is 0\)/,
		],
	])('%s', async (_, parameters, message) => {
		const { error, json } = await run(parameters);
		expect(error?.message).toMatch(message);
		expect(error?.description).toBeTruthy();
		expect(json).toEqual([]);
		expect(fake.service.counts.total).toBe(0);
	});

	test.each(['get', 'wait', 'cancel'])('%s without a run', async (operation) => {
		const { error } = await run({ runId: byId("={{ '' }}") }, {}, operation);
		expect(error?.message).toMatch(/'Run' has no run ID \[Item 0\]/);
		expect(fake.service.counts.total).toBe(0);
	});
});

describe("each of B3OS's answers becomes one readable message with a way out", () => {
	test.each<[what: string, settings: SettingsPatch, message: RegExp, description: RegExp]>([
		[
			'401 JSON',
			{ apiKey: 'another' },
			/B3OS rejected the API key: B3OS responded with 401 \(400001\).*: Unauthorized, request req_/,
			/API Keys/,
		],
		[
			'401 HTML',
			{ apiKey: 'another', refusalForm: 'html' },
			/rejected the API key: B3OS responded with 401 when/,
			/API Keys/,
		],
		[
			'402',
			{ computeUsedUp: true },
			/has no compute balance left: B3OS responded with 402/,
			/Add compute/,
		],
		[
			'402 empty',
			{ computeUsedUp: true, refusalForm: 'empty' },
			/has no compute balance left/,
			/Add compute/,
		],
		[
			'403 for a read-only key',
			{ scope: 'read' },
			/doesn't have permission for this operation: B3OS responded with 403.*read-only/,
			/read-write scope/,
		],
		[
			'403 HTML',
			{ scope: 'read', refusalForm: 'html' },
			/doesn't have permission for this operation: B3OS responded with 403 when/,
			/read-write scope/,
		],
		[
			'403 for another organization',
			{ organizationId: 'org_x' },
			/doesn't have permission for this operation.*Not a member/,
			/'Organization ID' in the credential/,
		],
		[
			'404',
			{ workflows: [] },
			/Not found: B3OS responded with 404.*Workflow not found/,
			/Check the ID/,
		],
		[
			'a redirect',
			{ redirectTo: 'https://example.com' },
			/redirects to another address: B3OS responded with 307/,
			/API URL/,
		],
	])('%s', async (_, settings, message, description) => {
		fake.service.set(settings);
		const { error } = await run();
		expect(error?.message).toMatch(message);
		expect(error?.message).toMatch(/ \[Item 0\]$/);
		expect(error?.description).toMatch(description);
		expect(fake.service.runs).toHaveLength(0);
	});

	test('an archived workflow is refused in its own words, a paused one runs', async () => {
		const archived = await run({ workflowId: byId('wf_archived') });
		expect(archived.error?.message).toMatch(
			/rejected the request: B3OS responded with 400 \(400011\).*: Workflow is archived/,
		);
		const paused = await run({ workflowId: byId('wf_paused') });
		expect(paused.json[0].status).toBe('success');
	});

	test('429 is waited for as long as it asks', async () => {
		fake.service.set({
			faults: [{ kind: 'tooManyRequestsRetryAfter', on: ['startRun'], times: 1 }],
			retryAfter: '2',
		});
		const began = Date.now();
		const { json } = await run();
		expect(json[0].status).toBe('success');
		expect(Date.now() - began).toBeGreaterThanOrEqual(2000);
		expect(fake.service.runs).toHaveLength(1);
	});

	test('a read-only key still follows and gets runs', async () => {
		const [past] = fake.service.seedRuns([{}]);
		fake.service.set({ scope: 'read' });
		expect((await run({ runId: byId(past.id) }, {}, 'wait')).json[0].status).toBe('success');
	});

	test('the organization ID goes out where there is one', async () => {
		fake.service.set({ organizationId: 'org_x' });
		const { json } = await run({}, { credential: { organizationId: ' org_x ' } });
		expect(json[0].status).toBe('success');
	});
});

test('a first refusal stops further starts, or with continue on error only its own item', async () => {
	fake.service.set({ computeUsedUp: true });
	const items = Array.from({ length: 8 }, (_, n) => ({ n }));
	const { error } = await run({ options: { concurrency: 1 } }, { items });
	expect(error?.description).toContain("7 more items weren't started");
	expect(fake.service.counts.startRun).toBe(1);
	const { outputs } = await run({}, { items, settings: { onError: 'continueRegularOutput' } });
	expect(outputs[0]).toHaveLength(8);
	expect(fake.service.counts.startRun).toBe(9);
});

test('the API key is in no message, item or execution data, and goes out in its header alone', async () => {
	fake.service.set({ faults: [{ kind: 'forbiddenEmpty', on: ['startRun'], times: 1 }] });
	const { run: data } = await run(
		{},
		{ items: [{ v: 'a' }, { v: 'b' }], settings: { onError: 'continueRegularOutput' } },
	);
	expect(JSON.stringify(data)).not.toContain(marked);
	const sent = fake.service.requests.map(({ path, query, body }) => [path, query, body]);
	expect(JSON.stringify(sent)).not.toContain(marked);
});
