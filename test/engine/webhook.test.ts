import type { IDataObject } from 'n8n-workflow';
import { type FakeCopyAi, type FaultKind, startFakeCopyAi } from '../fakes/copyAi';
import { byId, errorOf, execute, type NodeSettings, prepare, type TestCredential } from './harness';
import { useVirtualTime } from '../support/virtualTime';

useVirtualTime();

// Pauses take a tenth of their time.
let fake: FakeCopyAi;
let credential: TestCredential;

beforeAll(async () => {
	fake = await startFakeCopyAi();
	credential = { apiKey: fake.settings.apiKey, baseUrl: fake.url };
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

function setup(
	operation: string,
	own: IDataObject = {},
	rest: { items?: IDataObject[]; settings?: NodeSettings } = {},
) {
	const parameters = { resource: 'webhook', operation, ...own } as never;
	return { credential, parameters, ...rest };
}

const url = 'https://n8n.example.com/webhook/copy-ai';
const completed = 'workflowRun.completed';
const create = (own: IDataObject = {}, rest = {}) =>
	setup('create', { webhookUrl: url, event: completed, workflowId: byId(''), ...own }, rest);

/** Texts as expressions that come to them. */
function asExpressions(own: IDataObject): IDataObject {
	return Object.fromEntries(
		Object.entries(own).map(([name, value]) => [
			name,
			typeof value === 'string' ? `={{ ${JSON.stringify(value)} }}` : value,
		]),
	);
}

/** Registers past the node. */
function register(webhookUrl = url, eventType = completed): string {
	fake.service.answer({
		method: 'POST',
		path: '/api/webhook',
		headers: { 'x-copy-ai-api-key': fake.settings.apiKey },
		body: { url: webhookUrl, eventType },
	});
	return fake.webhooks.at(-1)!.id;
}

describe('Create', () => {
	test('registers one webhook per item, and returns it as Copy.ai does', async () => {
		const { json, outputs } = await execute(
			create(
				{ event: '={{ $json.event }}', workflowId: byId('={{ $json.workflow }}') },
				{
					items: [
						{ event: completed, workflow: 'WCFG-1' },
						{ event: 'workflowCreditLimit.reached', workflow: '' },
					],
				},
			),
		);
		const [one, other] = fake.webhooks;
		expect(json).toEqual([
			{ id: one.id, url, eventType: completed, workflowId: 'WCFG-1' },
			{ id: other.id, url, eventType: 'workflowCreditLimit.reached', workflowId: null },
		]);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(other).not.toHaveProperty('workflowId');
	});

	test.each<FaultKind>(['resetAfter', 'serverErrorAfter', 'truncatedAfter', 'emptyAfter'])(
		'registers once although the answer is lost to %s',
		async (kind) => {
			fake.set({ faults: [{ kind, on: ['createWebhook'], times: 1 }] });
			const { json } = await execute(create());
			expect(fake.webhooks).toHaveLength(1);
			expect(json).toMatchObject([{ id: fake.webhooks[0].id }]);
			expect(fake.counts.createWebhook).toBe(1);
		},
	);

	test('a lost answer is not taken for an older registration that looks the same', async () => {
		const older = register();
		fake.set({ faults: [{ kind: 'resetAfter', on: ['createWebhook'], times: 2 }] });
		const { json } = await execute(create({}, { items: [{}, {}] }));
		const made = json.map(({ id }) => id);
		expect(new Set([older, ...made]).size).toBe(3);
		expect(fake.webhooks.map(({ id }) => id).sort()).toEqual([older, ...made].sort());
	});

	test.each<FaultKind>(['serverErrorBefore', 'resetBefore', 'tooManyRequests'])(
		'registers once when %s comes first',
		async (kind) => {
			fake.set({ faults: [{ kind, on: ['createWebhook'], times: 2 }] });
			await execute(create());
			expect(fake.webhooks).toHaveLength(1);
		},
	);

	test('when it may still have been registered, the message says so', async () => {
		fake.set({ faults: [{ kind: 'serverErrorBefore', on: ['createWebhook'] }] });
		const { error } = await execute(create());
		expect(error?.message).toMatch(/may still have been registered.*\[Item 0\]/);
		expect(error?.description).toMatch(/Get Many/);
	});

	test('Retry On Fail registers only what is not registered yet', async () => {
		fake.set({ faults: [{ kind: 'forbiddenEmpty', on: ['createWebhook'], skip: 2, times: 1 }] });
		const settings = { retryOnFail: true, maxTries: 2, waitBetweenTries: 10 };
		const { json, error } = await execute(create({}, { items: [{}, {}, {}], settings }));
		expect(error).toBeUndefined();
		expect(json.map(({ id }) => id)).toEqual(fake.webhooks.map(({ id }) => id));
		expect(fake.webhooks).toHaveLength(3);
	});

	test('Retry On Fail does not register a second time what a lost answer may have registered', async () => {
		fake.set({
			faults: [
				{ kind: 'serverErrorAfter', on: ['createWebhook'], times: 1 },
				{ kind: 'serverErrorBefore', on: ['listWebhooks'], skip: 1, times: 8 },
			],
		});
		const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
		const older = register();
		const { json, error } = await execute(create({}, { settings }));
		expect(error).toBeUndefined();
		expect(fake.webhooks).toHaveLength(2);
		expect(json.map(({ id }) => id)).toEqual([fake.webhooks.find(({ id }) => id !== older)?.id]);
	});

	test('with continue-on-error Retry On Fail works too, in the node', async () => {
		fake.set({ faults: [{ kind: 'forbiddenEmpty', on: ['createWebhook'], skip: 1, times: 5 }] });
		const settings: NodeSettings = {
			retryOnFail: true,
			maxTries: 3,
			waitBetweenTries: 10,
			onError: 'continueRegularOutput',
		};
		const { json } = await execute(create({}, { items: [{}, {}], settings }));
		expect(json.map(({ id }) => id)).toEqual(fake.webhooks.map(({ id }) => id));
		expect(fake.webhooks).toHaveLength(2);
	});

	test.each<[string, IDataObject]>([
		["'Webhook URL'", { webhookUrl: '' }],
		["'Webhook URL'", { webhookUrl: 'n8n.example.com/webhook' }],
		["'Webhook URL'", { webhookUrl: 'ftp://n8n.example.com/' }],
		["'Webhook URL'", { webhookUrl: 'https://' }],
		["'Event'", { event: 'workflowRun.paused' }],
		["'Workflow'", { workflowId: byId('https://app.copy.ai/projects') }],
	])('%s is named when it is no good: %j, and nothing is sent', async (name, own) => {
		// From an expression: what is left empty n8n refuses itself.
		const { error } = await execute(create(asExpressions(own)));
		expect(error?.message).toContain(name);
		expect(error?.message).toContain('[Item 0]');
		expect(fake.counts.total).toBe(0);
	});

	test('a workflow that Copy.ai does not know is named as the reason', async () => {
		const { error } = await execute(create({ workflowId: byId('WCFG-missing') }));
		expect(error?.message).toContain('404');
		expect(error?.description).toMatch(/workflow exists/);
		expect(error?.description).not.toMatch(/variables/);
	});

	test('with continue-on-error each item has its own outcome', async () => {
		const { outputs } = await execute(
			create(
				{ webhookUrl: '={{ $json.url }}' },
				{ items: [{ url }, { url: 'no' }, { url }], settings: { onError: 'continueErrorOutput' } },
			),
		);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
		expect(errorOf(outputs[1][0]).message).toContain("'Webhook URL'");
		expect(fake.webhooks).toHaveLength(2);
	});
});

describe('Get Many', () => {
	beforeEach(() => {
		for (let n = 0; n < 230; n++) register(`${url}/${n}`);
	});

	test('returns all, over pages that count from 0', async () => {
		const { json } = await execute(setup('getAll', { returnAll: true }));
		expect(json.map(({ id }) => id)).toEqual(fake.webhooks.map(({ id }) => id));
		const lists = fake.requests.filter(({ endpoint }) => endpoint === 'listWebhooks');
		expect(lists.map(({ query }) => query.page)).toEqual(['0', '1', '2']);
	});

	test('returns 50 unless told otherwise, and asks for no more pages than it needs', async () => {
		expect((await execute(setup('getAll'))).json).toHaveLength(50);
		expect(fake.counts.listWebhooks).toBe(1);
		expect((await execute(setup('getAll', { limit: 120 }))).json).toHaveLength(120);
		expect(fake.counts.listWebhooks).toBe(3);
	});

	test('a total that is wrong, or text, makes no difference', async () => {
		fake.set({ totalOffset: -200, numbersAsStrings: true });
		expect((await execute(setup('getAll', { returnAll: true }))).json).toHaveLength(230);
	});

	test('an empty list is no items', async () => {
		fake.reset();
		expect((await execute(setup('getAll'))).json).toEqual([]);
	});
});

describe('Get', () => {
	test('returns one per item', async () => {
		const ids = [register(), register()];
		const items = ids.map((id) => ({ id }));
		const { json } = await execute(setup('get', { webhookId: '={{ $json.id }}' }, { items }));
		expect(json.map(({ id }) => id)).toEqual(ids);
	});

	test('one that is not found is reported with its ID', async () => {
		const { error } = await execute(setup('get', { webhookId: 'gone' }));
		expect(error?.message).toMatch(/gone.*\[Item 0\]/);
	});
});

describe('Delete', () => {
	test('deletes one per item, and returns that', async () => {
		const [first, second, third] = [register(), register(), register()];
		const items = [{ id: first }, { id: third }];
		const { json } = await execute(setup('delete', { webhookId: '={{ $json.id }}' }, { items }));
		expect(json).toEqual([{ deleted: true }, { deleted: true }]);
		expect(fake.webhooks.map(({ id }) => id)).toEqual([second]);
	});

	test.each<FaultKind>(['resetAfter', 'serverErrorAfter', 'emptyAfter'])(
		'an answer lost to %s makes no difference',
		async (kind) => {
			fake.set({ faults: [{ kind, on: ['deleteWebhook'], times: 1 }] });
			const { json } = await execute(setup('delete', { webhookId: register() }));
			expect(json).toEqual([{ deleted: true }]);
			expect(fake.webhooks).toEqual([]);
		},
	);

	test('one that is not found is reported with its ID', async () => {
		const { error } = await execute(setup('delete', { webhookId: 'gone' }));
		expect(error?.message).toMatch(/gone.*\[Item 0\]/);
	});

	test('Retry On Fail succeeds for what an earlier attempt deleted', async () => {
		const ids = [register(), register()];
		fake.set({ faults: [{ kind: 'forbiddenEmpty', on: ['deleteWebhook'], skip: 1, times: 1 }] });
		const run = prepare(
			setup(
				'delete',
				{ webhookId: '={{ $json.id }}' },
				{
					items: ids.map((id) => ({ id })),
					settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 10 },
				},
			),
		);
		const { json, error } = await run.execute();
		expect(error).toBeUndefined();
		expect(json).toEqual([{ deleted: true }, { deleted: true }]);
	});

	test.each(['get', 'delete'])(
		'%s without an ID is refused before anything is sent',
		async (op) => {
			for (const webhookId of ['', '  ', '..']) {
				const { error } = await execute(setup(op, asExpressions({ webhookId })));
				expect(error?.message).toContain("'Webhook Name or ID'");
			}
			expect(fake.counts.total).toBe(0);
		},
	);
});

test('the secret of a trigger is masked in every output, wherever it is in the query', async () => {
	const mark = 'kCxTsEXiX5EsnTdU7Q34tppWpYw4qZbgZvPaxfEmSp4';
	const queries = [`?token=${mark}`, `?a=1&token=${mark}`, `?token=${mark}&a=1#x`];
	const ids = queries.map((query) => register(`${url}${query}`));
	const outputs = [
		...(await execute(setup('getAll'))).json,
		...(await execute(setup('get', { webhookId: ids[0] }))).json,
		...(await execute(create({ webhookUrl: `${url}/2?token=${mark}` }))).json,
	];
	expect(outputs.map((json) => json.url)).toEqual([
		`${url}?token=***`,
		`${url}?a=1&token=***`,
		`${url}?token=***&a=1#x`,
		`${url}?token=***`,
		`${url}/2?token=***`,
	]);
	expect(fake.webhooks.every((webhook) => webhook.url.includes(mark))).toBe(true);
});
