import type { IDataObject } from 'n8n-workflow';
import { type FakeCopyAi, startFakeCopyAi } from '../fakes/copyAi';
import { byId, errorOf, execute, type NodeSettings, type TestCredential } from './harness';
import { useVirtualTime } from '../support/virtualTime';

useVirtualTime();

let fake: FakeCopyAi;
let credential: TestCredential;

beforeAll(async () => {
	fake = await startFakeCopyAi({ durationMs: 50 });
	credential = { apiKey: fake.settings.apiKey, baseUrl: fake.url };
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

async function run(
	parameters: IDataObject,
	items: IDataObject[] = [{}],
	settings: NodeSettings = {},
	operation = 'start',
) {
	return await execute({
		credential,
		items,
		settings,
		parameters: {
			resource: 'workflowRun',
			operation,
			workflowId: byId('WCFG-1'),
			variablesInput: 'json',
			variablesJson: '{"Topic":"x"}',
			...parameters,
		} as never,
	});
}

const hintsOf = ({ run: data }: Awaited<ReturnType<typeof run>>) =>
	(data.data.resultData.runData['Copy.ai'][0].hints ?? []).map(({ message }) => message);

describe('Created After and Created Before', () => {
	const listed = async (filters: IDataObject) =>
		await run({ returnAll: true, filters }, [{}], {}, 'getAll');
	const seedHourly = () =>
		fake.seedRuns(
			Array.from({ length: 24 }, (_, hour) => ({
				workflowId: 'WCFG-1',
				id: `WRUN-${hour}`,
				createdAt: Date.UTC(2026, 0, 31, hour),
			})),
		);

	test.each([
		['with a zone', '2026-01-31T22:00:00Z', 2],
		['with an offset', '2026-01-31T22:00:00+01:00', 3],
		["from n8n's picker, in the zone of the workflow", '2026-01-31T22:00:00', 0],
		['a date of JavaScript', '={{ new Date("2026-01-31T22:00:00Z") }}', 2],
		['a date of luxon', '={{ DateTime.fromISO("2026-01-31T22:00:00Z") }}', 2],
		[
			'a date made from now',
			'={{ DateTime.fromISO("2026-02-01T00:00:00Z").minus({ hours: 2 }) }}',
			2,
		],
		['nothing', '', 24],
	])('%s', async (_, createdAfter, count) => {
		seedHourly();
		const { json, error } = await listed({ createdAfter });
		expect(error).toBeUndefined();
		expect(json).toHaveLength(count);
	});

	test.each([
		['a number of days', '={{ $today - 1 }}'],
		['7', '={{ 7 }}'],
		['a day of a spreadsheet', '={{ 46053 }}'],
		['the same as text', '46053'],
		['a year', '2026'],
		['month first', '01/02/2026'],
		['words', 'yesterday'],
		['a day that is none', '2026-02-30'],
		['an invalid date', '={{ new Date("x") }}'],
		['a list', '={{ ["2026-01-31"] }}'],
	])('%s is refused', async (_, createdBefore) => {
		const { error } = await listed({ createdBefore });
		expect(error?.message).toMatch(/'Created Before' isn't a valid date: .*\[Item 0\]/);
		expect(fake.counts.total).toBe(0);
	});

	test('a list that is newest first is read no further than Created After', async () => {
		fake.seedRuns(
			Array.from({ length: 450 }, (_, n) => ({
				workflowId: 'WCFG-1',
				createdAt: Date.UTC(2026, 0, 1) + n * 60_000,
			})),
		);
		const createdAfter = new Date(Date.UTC(2026, 0, 1) + 400 * 60_000).toISOString();
		const { json } = await listed({ createdAfter });
		expect(json).toHaveLength(50);
		expect(fake.counts.listRuns).toBe(1);
	});
});

describe('numbers keep their digits or are refused, naming the variable', () => {
	test.each([
		['too long in JSON', { variablesJson: '{ "Order ID": 1234567890123456789 }' }, 'Order ID'],
		[
			'too long in a list',
			{ variablesJson: '{ "ids": [1, {"n": 0.12345678901234567890}] }' },
			'ids.n',
		],
		['infinite', { variablesJson: '{ "big": 1e400 }' }, 'big'],
		['not safe', { variablesJson: '={{ ({ id: $json.id }) }}' }, 'id'],
		['put into a template', { variablesJson: '={ "Order ID": {{ $json.id }} }' }, 'Order ID'],
		[
			'in Fields Below',
			{
				variablesInput: 'fields',
				variableFields: { variable: [{ name: 'a', value: '={{ $json.id }}' }] },
			},
			'a',
		],
		['NaN', { variablesJson: '={{ ({ n: { m: NaN } }) }}' }, 'n'],
		['in Metadata', { options: { metadata: '{"order":12345678901234567890}' } }, 'order'],
	])('%s', async (_, parameters, name) => {
		const { error } = await run(parameters as IDataObject, [{ id: Number('1234567890123456789') }]);
		expect(error?.message).toContain(`'${name}' in '`);
		expect(error?.message).toMatch(/\[Item 0\]$/);
		expect(error?.description).toMatch(/text|expression/);
		expect(fake.counts.total).toBe(0);
	});

	test('those that keep them go out', async () => {
		const variables = {
			id: 9007199254740991,
			price: 2.5,
			tiny: 1e-7,
			text: '12345678901234567890',
		};
		await run({ variablesJson: JSON.stringify(variables) });
		expect(fake.runs[0].input).toEqual(variables);
	});
});

describe('text and names in JSON', () => {
	test.each([
		['a name twice', '{"a":1,"b":{"a":2},"a":3}', /'a' is listed twice in 'Values'/],
		['a name twice deeper', '{"a":{"b":1,"b":2}}', /'a\.b' is listed twice/],
		['a name twice, written differently', '{"a":1,"\\u0061":3}', /'a' is listed twice/],
		['half an emoji', '{"a":"\\ud83d"}', /'a' in 'Values' contains half of a character/],
	])('%s is refused', async (_, variablesJson, message) => {
		const { error } = await run({ variablesJson });
		expect(error?.message).toMatch(message);
		expect(fake.counts.total).toBe(0);
	});

	test('text with quotes in a template is refused with the way to put it in', async () => {
		const items = [{ t: 'say "hi"' }];
		const { error } = await run({ variablesJson: '={ "Topic": "{{ $json.t }}" }' }, items);
		expect(error?.message).toMatch(/'Values' isn't valid JSON/);
		expect(error?.description).toContain('{{ JSON.stringify($json.text) }}');
		await run({ variablesJson: '={ "Topic": {{ JSON.stringify($json.t) }} }' }, items);
		expect(fake.runs[0].input).toEqual({ Topic: 'say "hi"' });
	});
});

describe('columns of the mapper', () => {
	const column = (id: string, type: string) => ({ id, displayName: id, type, required: false });
	const mapper = (value: object | null, mappingMode = 'defineBelow') => ({
		variablesInput: 'mapper',
		variables: {
			mappingMode,
			value,
			schema: [column('Topic', 'string'), column('Words', 'number'), column('Größe', 'string')],
		},
	});

	test.each([
		['12', 12],
		[' 12.50 ', 12.5],
		['-3e2', -300],
		['={{ 7 }}', 7],
	])('a number column takes %s', async (entered, sent) => {
		await run(mapper({ Topic: 'a', Words: entered }));
		expect(fake.runs[0].input).toEqual({ Topic: 'a', Words: sent });
	});

	test.each(['', '  ', '={{ null }}', '={{ $json.none }}'])(
		'a number column with "%s" is not sent',
		async (entered) => {
			await run(mapper({ Topic: 'a', Words: entered }));
			expect(fake.runs[0].input).toEqual({ Topic: 'a' });
		},
	);

	test.each([
		'={{ [] }}',
		'={{ true }}',
		'0x10',
		'01067',
		'={{ "1,5" }}',
		'12345678901234567890',
		'={{ NaN }}',
	])('a number column refuses %s and is named', async (entered) => {
		const { error } = await run(mapper({ Topic: 'a', Words: entered }));
		expect(error?.message).toBe("Invalid input for 'Words' [Item 0]");
		expect(error?.description).toMatch(/^'Words' expects a number but we got '/);
		expect(fake.counts.total).toBe(0);
	});

	test('mapped automatically, a number column takes numbers only, too', async () => {
		const auto = mapper(null, 'autoMapInputData');
		const { error } = await run(auto, [{ Topic: 'a', Words: 'many' }]);
		expect(error?.message).toBe("Invalid input for 'Words' [Item 0]");
		await run(auto, [{ Topic: 'a', Words: '' }]);
		expect(fake.runs[0].input).toEqual({ Topic: 'a' });
	});

	test('a list or an object in a text column goes out as JSON text', async () => {
		await run(mapper({ Topic: '={{ ["a", {"b": 1}] }}' }));
		await run(mapper({ Topic: '={{ ({ deep: { er: [1] } }) }}' }));
		expect(fake.runs.map(({ input }) => input.Topic)).toEqual([
			'["a",{"b":1}]',
			'{"deep":{"er":[1]}}',
		]);
	});

	test('mapped automatically, names match in any Unicode form and without a byte order mark', async () => {
		const item = { '\uFEFFTopic': 'a', ['Größe'.normalize('NFD')]: 'b' };
		await run(mapper(null, 'autoMapInputData'), [item]);
		expect(fake.runs[0].input).toEqual({ Topic: 'a', Größe: 'b' });
	});

	test('a hint names fields that nearly match', async () => {
		const outcome = await run(mapper(null, 'autoMapInputData'), [{ Topic: 'a', 'größe ': 'b' }]);
		expect(hintsOf(outcome)).toEqual([expect.stringContaining("'größe ' for 'Größe'")]);
	});
});

describe('a run without any value is refused before anything is sent, naming the item', () => {
	const items = [{ t: 'a' }, { t: ' ' }, { t: 'c' }];
	const column = (id: string, type: string) => ({ id, displayName: id, type, required: false });
	const mapper = (value: IDataObject | null, mappingMode = 'defineBelow') => ({
		variablesInput: 'mapper',
		variables: { mappingMode, value, schema: [column('t', 'string'), column('Draft', 'boolean')] },
	});
	const rows = (...variable: IDataObject[]) => ({
		variablesInput: 'fields',
		variableFields: variable.length > 0 ? { variable } : {},
	});

	test.each<[what: string, parameters: IDataObject]>([
		['no field of the mapper was filled in', mapper(null)],
		['the fields of the mapper are empty', mapper({ t: null })],
		['the editor has set a boolean to false, and nobody anything', mapper({ t: '', Draft: false })],
		['no rows in Fields Below', rows()],
		[
			'only blank values in Fields Below',
			rows({ name: 't', value: '' }, { name: 'u', value: ' ' }),
		],
		['an empty object', { variablesJson: '{}' }],
		['an object with nothing in it', { variablesJson: '{ "t": "", "u": null }' }],
		[
			'lists and objects with nothing in them',
			{ variablesJson: '{ "t": [[], {}], "u": { "v": [" "] } }' },
		],
		['an empty list in a text field', mapper({ t: '={{ [] }}' })],
		[
			'nothing but white space of all kinds',
			{ variablesJson: '{ "t": " \\t\\n\u00a0\u200b\ufeff" }' },
		],
		[
			'a whole request body with nothing in it',
			{ variablesJson: '{ "startVariables": { "t": "" } }' },
		],
		['expressions that resolve to nothing', rows({ name: 't', value: '={{ $json.nothing }}' })],
		['the default of the node', { variablesInput: 'mapper' }],
	])('%s', async (_, parameters) => {
		const { error } = await run(parameters, items);
		expect(error?.message).toMatch(/'Values' has no value for any variable.*items? 0/i);
		expect(error?.description).toMatch(
			/'Start Without Variables'.*Nothing was sent to Copy\.ai\.$/,
		);
		expect(fake.counts.total).toBe(0);
	});

	test.each([
		['one by one', mapper({ t: '={{ $json.t }}' })],
		['automatically', mapper(null, 'autoMapInputData')],
		['in Fields Below', rows({ name: 't', value: '={{ $json.t }}' })],
		['as JSON', { variablesJson: '={{ $json }}' }],
	])('one item of three, mapped %s', async (_, parameters) => {
		const stopped = await run(parameters, items);
		expect(stopped.error?.message).toBe("'Values' has no value for any variable [Item 1]");
		expect(fake.counts.total).toBe(0);
		const settings = { onError: 'continueRegularOutput' as const };
		const { outputs } = await run(parameters, items, settings);
		expect(outputs[0].map(({ json }) => json.status)).toEqual(['NEW', undefined, 'NEW']);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2].map((item) => ({ item })),
		);
		expect(fake.runs.map(({ input }) => input.t).sort()).toEqual(['a', 'c']);
	});

	test('with Start Without Variables it is started', async () => {
		await run({ variablesJson: '{}', options: { allowEmpty: true } });
		expect(fake.runs.map(({ input }) => input)).toEqual([{}]);
	});

	test.each([
		['false', '{ "a": false }'],
		['0', '{ "a": 0 }'],
		['a list with a value', '{ "a": [0] }'],
	])('%s is a value', async (_, variablesJson) => {
		await run({ variablesJson });
		expect(fake.runs).toHaveLength(1);
	});
});

describe("one item's bad option costs that item only", () => {
	const items = [{ v: 0 }, { v: 5 }, { v: 5 }];
	const settings = { onError: 'continueRegularOutput' as const };

	test.each([
		['concurrency', { concurrency: '={{ $json.v }}' }, /'Concurrency' must be 1 or more/],
		['timeout', { timeout: '={{ $json.v }}' }, /'Timeout' must be 1 or more/],
		[
			'choice',
			{ onTimeout: '={{ $json.v ? "Continue" : "maybe" }}' },
			/'On Timeout' must be Stop or Continue/,
		],
		[
			'key',
			{ startKey: '={{ $json.v ? "k" + $itemIndex : "\\ud83d" }}' },
			/'Start Key' contains half/,
		],
	])('%s', async (_, options, message) => {
		const { outputs } = await run({ options }, items, settings, 'startAndWait');
		expect(outputs[0].map(({ json }) => json.status)).toEqual([undefined, 'COMPLETE', 'COMPLETE']);
		expect(errorOf(outputs[0][0]).message).toMatch(message);
		expect(fake.runs).toHaveLength(2);
	});
});

describe('On Failed Run by expression', () => {
	test.each(['continue', 'Continue', ' CONTINUE '])(
		'"%s" outputs the failed run',
		async (choice) => {
			fake.set({ runRules: [{ end: 'FAILED', error: 'no' }] });
			const options = { onFailedRun: `={{ "${choice}" }}` };
			const { json, error } = await run({ options }, [{}], {}, 'startAndWait');
			expect(error).toBeUndefined();
			expect(json[0].status).toBe('FAILED');
		},
	);

	test('anything else is refused', async () => {
		const { error } = await run({ options: { onFailedRun: 'ignore' } }, [{}], {}, 'startAndWait');
		expect(error?.message).toMatch(/'On Failed Run' must be Stop or Continue \(it is "ignore"\)/);
	});
});

test('an empty start key is no key, and a hint says so', async () => {
	const items = [{ row: 'a' }, { row: ' ' }, {}];
	const outcome = await run({ options: { startKey: '={{ $json.row }}' } }, items);
	expect(fake.runs).toHaveLength(3);
	expect(hintsOf(outcome)).toEqual([
		expect.stringMatching(/^'Start Key' is empty for 2 of 3 items, for example item 1\./),
	]);
});

test('Retry On Fail works together with continue on error', async () => {
	fake.set({ runRules: [{ inputContains: 'chair', end: 'FAILED', times: 1 }] });
	const { outputs } = await run(
		{ variablesJson: '={{ { "Topic": $json.p } }}' },
		[{ p: 'lamp' }, { p: 'chair' }],
		{ onError: 'continueRegularOutput', retryOnFail: true, maxTries: 2, waitBetweenTries: 10 },
		'startAndWait',
	);
	expect(outputs[0].map(({ json }) => json.status)).toEqual(['COMPLETE', 'COMPLETE']);
	expect(fake.runs).toHaveLength(3);
});

test('an output that is nested 1,000 deep costs no other item anything', async () => {
	let deep: unknown = 'core';
	for (let level = 0; level < 1000; level++) deep = { a: deep };
	fake.set({ runRules: [{ inputContains: 'deep', output: { text: 'plain', deep } as never }] });
	const { outputs, error } = await run(
		{ variablesJson: '={{ { "Topic": $json.p } }}' },
		[{ p: 'one' }, { p: 'deep' }, { p: 'three' }],
		{ onError: 'continueRegularOutput' },
		'startAndWait',
	);
	expect(error).toBeUndefined();
	expect(outputs[0].map(({ json }) => json.status)).toEqual(Array(3).fill('COMPLETE'));
	expect(outputs[0][1].json.output).toEqual({ text: 'plain', deep: JSON.stringify(deep) });
});
