import { randomUUID } from 'crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { byId, copyAi, execute, type NodeUnderTest } from './harness';
import { recordLog } from './triggerContext';
import { DEFAULT_WORKFLOW, type FakeCopyAi, startFakeCopyAi } from '../fakes/copyAi';
import { useVirtualTime } from '../support/virtualTime';

useVirtualTime();

let fake: FakeCopyAi;
let lines: string[];

beforeAll(async () => void (fake = await startFakeCopyAi({ apiKey: `marked-${randomUUID()}` })));
beforeEach(() => {
	fake.reset();
	lines = [];
});
afterAll(async () => await fake.close());

/** The node, with what it logs written into `lines`. */
function listenedTo(): NodeUnderTest {
	const nodeUnderTest = copyAi();
	const { node } = nodeUnderTest;
	const executeNode = node.execute!;
	node.execute = async function (this: IExecuteFunctions) {
		recordLog(this, lines);
		return await executeNode.call(this);
	};
	return nodeUnderTest;
}

async function startAndWait(items: IDataObject[], options: IDataObject = {}) {
	const nodeUnderTest = listenedTo();
	return await execute({
		nodeUnderTest,
		credential: { apiKey: fake.settings.apiKey, baseUrl: fake.url },
		items,
		settings: { onError: 'continueRegularOutput' },
		parameters: {
			resource: 'workflowRun',
			operation: 'startAndWait',
			workflowId: byId(DEFAULT_WORKFLOW),
			variablesInput: 'fields',
			variableFields: { variable: [{ name: 'Product', value: '={{ $json.product }}' }] },
			options: { startKey: '={{ $json.key }}', metadata: '{"note":"marked-note"}', ...options },
		},
	});
}

const REQUEST = /^debug Copy\.ai "Copy\.ai": .+: (\w+), \d+ ms, attempt (\d+), waited \d+ ms$/;

const items = ['lamp', 'chair', 'desk'].map((name) => ({
	product: `marked-${name}`,
	key: `marked-key-of-${name}`,
}));

test('each request is one line, with its status and attempt, and each decision is one', async () => {
	fake.set({
		durationMs: 20_000,
		faults: [
			{ kind: 'tooManyRequests', on: ['startRun'], times: 1 },
			{ kind: 'resetAfter', on: ['startRun'], times: 1, skip: 1 },
			{ kind: 'badGatewayBefore', on: ['listRuns'], times: 1, skip: 2 },
		],
	});
	const { json } = await startAndWait(items);
	expect(json.map(({ status }) => status)).toEqual(['COMPLETE', 'COMPLETE', 'COMPLETE']);
	const requests = lines.flatMap((line) => {
		const [, status, attempt] = REQUEST.exec(line) ?? [];
		return status ? [`${status} ${attempt}`] : [];
	});
	expect(requests).toHaveLength(fake.counts.total);
	expect(new Set(requests)).toEqual(new Set(['200 1', '200 2', '429 1', 'ECONNRESET 1', '502 1']));

	const log = lines.join('\n');
	for (const { id } of fake.runs) expect(log).toMatch(new RegExp(`item \\d: started run ${id}`));
	expect(log).toContain('search 1 after a lost response');
	expect(log).toMatch(/due runs: 3, reading page 1 of the list, \d runs each/);
	expect(log).toMatch(/runs in progress: 3, next poll in \d+ ms/);
});

test('reused runs, and starts that can not be told, are named', async () => {
	await startAndWait(items.slice(0, 1));
	const [{ id }] = fake.runs;
	fake.set({
		faults: [
			{ kind: 'resetAfter', on: ['startRun'] },
			{ kind: 'badGatewayBefore', on: ['listRuns'], skip: 2 },
		],
	});
	await startAndWait(items);
	const log = lines.join('\n');
	expect(log).toContain(`item 0: reused run ${id}`);
	expect(log).toMatch(/item 1: indeterminate/);
});

test('no key, no value and nothing of an output is in it', async () => {
	fake.set({
		runRules: [
			{ inputContains: 'chair', end: 'FAILED', error: 'marked-reason' },
			{ output: { text: 'marked-text' } },
		],
	});
	const { json } = await startAndWait([...items, { product: '', key: '' }]);
	expect(JSON.stringify(json)).toContain('marked-text');
	expect(lines.length).toBeGreaterThan(6);
	expect(lines.filter((line) => /marked|startVariables|Product/.test(line))).toEqual([]);
});

test('an ID that holds the API key or a line break shows neither', async () => {
	await execute({
		nodeUnderTest: listenedTo(),
		credential: { apiKey: fake.settings.apiKey, baseUrl: fake.url },
		parameters: {
			resource: 'workflowRun',
			operation: 'get',
			workflowId: byId(`W-${fake.settings.apiKey}`),
			runId: byId('R\n2026-01-01 | error | all is lost'),
		},
	});
	expect(lines).not.toEqual([]);
	expect(lines.filter((line) => line.includes('marked') || line.includes('\n'))).toEqual([]);
});
