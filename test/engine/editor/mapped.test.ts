import type { IDataObject } from 'n8n-workflow';
import { toColumns } from '../../../nodes/CopyAi/methods/mapperColumns';
import { byId, execute, type TestCredential } from '../harness';
import { type FakeCopyAi, startFakeCopyAi } from '../../fakes/copyAi';
import { useVirtualTime } from '../../support/virtualTime';

useVirtualTime();

let fake: FakeCopyAi;
let credential: TestCredential;

beforeAll(async () => {
	fake = await startFakeCopyAi();
	credential = { apiKey: fake.settings.apiKey, baseUrl: fake.url };
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const pastInput = {
	Topic: 'text',
	'a.b': 'text',
	'list[0]': 'text',
	'tags ["x"]': 'text',
	'🙂': 'text',
	Words: 10,
	Draft: true,
};
const schema = toColumns({ made: [pastInput], own: [] });
const idOf = (name: string) => schema.find(({ displayName }) => displayName === name)!.id;

/** Starts a run per item. @returns what each was started with, or the message and description that it was refused with */
async function sent(variables: object, items: IDataObject[] = [{}], options: IDataObject = {}) {
	const { error } = await execute({
		credential,
		items,
		parameters: {
			resource: 'workflowRun',
			operation: 'start',
			workflowId: byId('WCFG-1'),
			variablesInput: 'mapper',
			variables: variables as never,
			options: { concurrency: 1, ...options } as never,
		},
	});
	return error
		? { message: error.message, description: error.description }
		: fake.runs.map(({ input }) => input);
}

const manually = (value: object | null | string, more: object = {}) => ({
	mappingMode: 'defineBelow',
	matchingColumns: [],
	schema,
	value,
	...more,
});
const automatically = (more: object = {}) => ({
	mappingMode: 'autoMapInputData',
	matchingColumns: [],
	schema,
	value: null,
	...more,
});

describe('mapped one by one', () => {
	test('fixed values and expressions go out under the names of the inputs, item by item', async () => {
		const value = { Topic: '={{ $json.t }}', 'a.b': 'fixed', 'list[0]': '={{ $json.t }}!' };
		expect(await sent(manually(value), [{ t: 'one' }, { t: 'two' }])).toEqual([
			{ Topic: 'one', 'a.b': 'fixed', 'list[0]': 'one!' },
			{ Topic: 'two', 'a.b': 'fixed', 'list[0]': 'two!' },
		]);
	});

	test('a name that the editor could not carry gets its own letters back', async () => {
		expect(await sent(manually({ [idOf('tags ["x"]')]: 'a', '🙂': 'b' }))).toEqual([
			{ 'tags ["x"]': 'a', '🙂': 'b' },
		]);
	});

	test('text becomes a number or boolean where all past values were', async () => {
		expect(await sent(manually({ Words: '={{ "12" }}', Draft: '={{ "true" }}' }))).toEqual([
			{ Words: 12, Draft: true },
		]);
	});

	test('a number stays one in a column of texts', async () => {
		expect(await sent(manually({ Topic: '={{ 12 }}' }))).toEqual([{ Topic: 12 }]);
	});

	test('what is no number is refused before anything is sent, and the column is named', async () => {
		expect(await sent(manually({ Words: '={{ $json.n }}' }), [{ n: '1' }, { n: 'many' }])).toEqual({
			message: "Invalid input for 'Words' [Item 1]",
			description: "'Words' expects a number but we got 'many'. Nothing was sent to Copy.ai.",
		});
		expect(fake.requests).toEqual([]);
	});

	test('fields that are empty, or that somebody removed, are not sent', async () => {
		const value = { Topic: null, Words: '={{ $json.none }}', 'a.b': 'was removed', '🙂': 'x' };
		const removed = schema.map((column) => ({ ...column, removed: column.id === 'a.b' }));
		expect(await sent(manually(value, { schema: removed }))).toEqual([{ '🙂': 'x' }]);
	});

	test.each([
		['never touched', { mappingMode: 'defineBelow', value: null }],
		['without any value', manually({})],
	])('%s, the run starts without variables if that is wanted', async (_, variables) => {
		expect(await sent(variables, [{}], { allowEmpty: true })).toEqual([{}]);
	});

	test('values may come as one object from an expression', async () => {
		expect(await sent(manually('={{ $json }}'), [{ Topic: 'all' }])).toEqual([{ Topic: 'all' }]);
	});

	test('values that are no object are refused', async () => {
		const refusal = await sent(manually('={{ $json.t }}'), [{ t: 'text' }]);
		expect(refusal).toMatchObject({ message: expect.stringMatching(/'Values' must be an object/) });
	});
});

describe('mapped automatically', () => {
	test('only keys that are columns are sent, as they are', async () => {
		const item = { Topic: 'a', 'a.b': { n: 1 }, 'tags ["x"]': [1], Words: '12', other: 'no' };
		const { other, ...columns } = item;
		expect(other).toBe('no');
		expect(await sent(automatically(), [item])).toEqual([columns]);
	});

	test('a column that somebody removed is not sent', async () => {
		const removed = schema.map((column) => ({ ...column, removed: column.id === 'a.b' }));
		expect(await sent(automatically({ schema: removed }), [{ Topic: 'a', 'a.b': 'b' }])).toEqual([
			{ Topic: 'a' },
		]);
	});

	test('an item without any of the columns is refused, and the columns are named', async () => {
		expect(await sent(automatically(), [{ topic: 'small letters' }])).toMatchObject({
			message: expect.stringMatching(
				/None of the item's fields match the workflow's inputs: 'Topic', 'a\.b'/,
			),
		});
		expect(fake.requests).toEqual([]);
	});

	test.each([
		['an empty list of columns', automatically({ schema: [] })],
		['no list of columns', { mappingMode: 'autoMapInputData', value: null }],
	])('%s is refused', async (_, variables) => {
		expect(await sent(variables, [{ Topic: 'a' }])).toMatchObject({
			message: expect.stringMatching(/'Map Automatically' has no fields to map/),
		});
	});
});
