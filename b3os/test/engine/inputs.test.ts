import type { IDataObject } from 'n8n-workflow';
import { type FakeB3os, startFakeB3os } from '../fakes/b3os';
import { flow, payloadOfItem, type Rest, three } from './nodeUnderTest';
import { useVirtualTime } from '../../../test/support/virtualTime';

useVirtualTime();

let fake: FakeB3os;

beforeAll(async () => {
	fake = await startFakeB3os({ durationMs: 50 });
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const start = async (options: IDataObject, rest: Rest = {}, parameters: IDataObject = {}) =>
	await flow(
		fake,
		'start',
		{ ...payloadOfItem, options, ...parameters },
		{ items: three, ...rest },
	).execute();

const bodies = () =>
	fake.service.requests
		.filter(({ endpoint }) => endpoint === 'startRun')
		.map(({ body }) => body as IDataObject);

describe.each(['simulate', 'dustTest'])('a safety switch fails closed: %s', (name) => {
	test.each([
		['true', true],
		['"true"', true],
		['"TRUE "', true],
		['1', true],
		['"yes"', true],
		['false', undefined],
		['"false"', undefined],
		['0', undefined],
		['"no"', undefined],
	])('an expression that gives %s', async (value, sent) => {
		const { error } = await start({ [name]: `={{ ${value} }}` });
		expect(error).toBeUndefined();
		expect(bodies().map((body) => body[name])).toEqual([sent, sent, sent]);
	});

	test.each(['"maybe"', 'null', '""', '$json.none', '({})', '[]', '2', 'NaN'])(
		'an expression that gives %s is refused',
		async (value) => {
			const { error } = await start({ [name]: `={{ ${value} }}` });
			expect(error?.message).toMatch(/must be true or false \(it is .*\) \(items 0 to 2\)$/);
			expect(bodies()).toEqual([]);
		},
	);
});

test('Run Live Version by expression is understood, or refused', async () => {
	await start({ runLive: '={{ "true" }}' });
	expect(bodies().map(({ version }) => version)).toEqual([3, 3, 3]);
	fake.reset();
	const { error } = await start({ runLive: '={{ $json.none }}' });
	expect(error?.message).toContain("'Run Live Version' must be true or false (it is empty)");
	expect(bodies()).toEqual([]);
});

test.each([
	['in JSON', { variablesJson: '{"amount": 1000000000000000001}' }],
	['of an expression', { variablesJson: '={{ ({ amount: 1e18 + 1 }) }}' }],
	[
		'in Fields Below',
		{
			variablesInput: 'fields',
			variableFields: { variable: [{ name: 'amount', value: '={{ 1e18 + 1 }}' }] },
		},
	],
])('an amount that would lose digits is refused, naming it: %s', async (_, parameters) => {
	const { error } = await start({}, {}, parameters as IDataObject);
	expect(error?.message).toMatch(/^3 of 3 .*'amount' in 'Values' is a number with too many digits/);
	expect(error?.description).toContain('double quotes');
	expect(bodies()).toEqual([]);
});

test('an amount as text goes out with all its digits', async () => {
	await start({}, { items: [{}] }, { variablesJson: '{"amount": "1000000000000000001"}' });
	expect(bodies()[0].payload).toEqual({ amount: '1000000000000000001' });
});

test.each([
	['JSON', { variablesInput: 'json', variablesJson: '={{ $json.empty ? {} : $json }}' }],
	[
		'Fields Below',
		{
			variablesInput: 'fields',
			variableFields: { variable: [{ name: 'token', value: '={{ $json.token }}' }] },
		},
	],
])('a run without any value is refused before anything is sent: %s', async (_, parameters) => {
	const items = [{ token: 'ETH' }, { empty: true }, { token: 'B3' }];
	const { error } = await start({}, { items }, parameters as IDataObject);
	expect(error?.message).toBe("'Values' has no value for any variable [Item 1]");
	expect(bodies()).toEqual([]);
	await start({ allowEmpty: true }, { items }, parameters as IDataObject);
	expect(bodies()).toHaveLength(3);
});

test('an empty run ID is none, and a hint says so', async () => {
	const { run } = await start({ runId: '={{ $json.token === "ETH" ? "run_eth" : "" }}' });
	const hints = run.data.resultData.runData.B3OS[0].hints ?? [];
	expect(hints.map(({ message }) => message)).toEqual([
		expect.stringMatching(/^'Run ID' is empty for 2 of 3 items, for example item 1\./),
	]);
});

test('a result that is nested deep costs no other item anything', async () => {
	let deep: unknown = 'core';
	for (let level = 0; level < 800; level++) deep = { a: deep };
	fake.service.set({
		runRules: [{ payloadContains: 'SOL', fields: { deep } as never }],
	});
	const { outputs, error } = await flow(fake, 'startAndWait', payloadOfItem, {
		items: three,
		settings: { onError: 'continueRegularOutput' },
	}).execute();
	expect(error).toBeUndefined();
	expect(outputs[0].map(({ json }) => json.status)).toEqual(Array(3).fill('success'));
});
