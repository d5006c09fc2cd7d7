import type { INodeParameters } from 'n8n-workflow';
import { getVariables } from '../../../nodes/CopyAi/methods/resourceMapping';
import { type FakeCopyAi, startFakeCopyAi } from '../../fakes/copyAi';
import { copyAiContext } from '../../support/copyAiContext';

const byId = (value: string) => ({ workflowId: { __rl: true, mode: 'id', value } });

let fake: FakeCopyAi;

beforeAll(async () => (fake = await startFakeCopyAi()));
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const workflowId = 'WCFG-shop';
const columnsOf = async (parameters: INodeParameters = byId(workflowId)) =>
	await getVariables.call(copyAiContext(fake.service, parameters));

/** Past runs of the workflow, oldest first. */
function past(...inputs: Array<Record<string, unknown>>): void {
	fake.seedRuns(
		inputs.map((input, index) => ({ workflowId, input, createdAt: 1_000_000 * (index + 1) })),
	);
}

test('the columns are the inputs of all past runs together, those of the newest run first', async () => {
	past({ Topic: 'a', Tone: 'b' }, { Words: 10, Topic: 'c' });
	const { fields } = await columnsOf();
	expect(fields.map(({ id }) => id)).toEqual(['Words', 'Topic', 'Tone']);
	expect(fields.every(({ required, display }) => !required && display)).toBe(true);
});

test('runs that were started in the page of Copy.ai count', async () => {
	fake.seedRuns([{ workflowId, input: { Topic: 'a' }, metadata: { webapp: true } }]);
	expect((await columnsOf()).fields.map(({ id }) => id)).toEqual(['Topic']);
});

const namesOf = async (parameters?: INodeParameters) =>
	(await columnsOf(parameters)).fields.map(({ id }) => id);
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

describe('how far back past runs are read', () => {
	test('until a page shows no new name', async () => {
		past({ Oldest: 'x' }, ...times(98, { Old: 'x' }), ...times(2, { New: 'y' }));
		expect(await namesOf()).toEqual(['New', 'Old']);
	});

	test('in as few requests as possible', async () => {
		past(...times(50, { Oldest: 'x' }), ...times(100, { New: 'y' }));
		expect(await namesOf()).toEqual(['New']);
		expect(fake.requests.map(({ query }) => query)).toEqual([
			{ size: '50', page: '1' },
			{ size: '50', page: '2' },
		]);
	});

	test('200 runs at most', async () => {
		past({ Oldest: 'x' }, ...Array.from({ length: 200 }, (_, n) => ({ [`Input ${n}`]: 'y' })));
		const names = await namesOf();
		expect(names).toHaveLength(200);
		expect(names).not.toContain('Oldest');
	});
});

describe('runs that this package started', () => {
	const five = { Topic: 'a', Tone: 'b', Words: 'c', Style: 'd', Reader: 'e' };
	const own = { n8nStartKey: 'k' };
	const seed = (count: number, input: Record<string, unknown>, metadata?: typeof own) =>
		fake.seedRuns(times(count, { workflowId, input, metadata }));

	test('hide none of the inputs that they did not send, however many they are', async () => {
		seed(1, five);
		seed(120, { Topic: 'x', Tone: 'y' }, own);
		expect(await namesOf()).toEqual(Object.keys(five));
	});

	test('come after those of Copy.ai, and decide about no type that these show', async () => {
		seed(2, { Words: 10 });
		seed(1, { Topic: 'x', Words: '12' }, own);
		const { fields } = await columnsOf();
		expect(fields.map(({ id, type }) => [id, type])).toEqual([
			['Words', 'number'],
			['Topic', 'string'],
		]);
	});

	test('are enough where there are no others, and count for nothing without variables', async () => {
		seed(1, { Topic: 'x' }, own);
		seed(60, {}, own);
		expect(await namesOf()).toEqual(['Topic']);
	});
});

test.each([
	['texts', ['a', 'b'], 'string'],
	['numbers', [1, 2.5], 'number'],
	['booleans', [true, false], 'boolean'],
	['numbers and nothing', [1, null], 'number'],
	['nothing', [null, null], 'string'],
	['a number and a text', [1, '2'], 'string'],
	['a number and a boolean', [1, true], 'string'],
	['numbers as text', ['1', '2'], 'string'],
	['objects', [{}, {}], 'string'],
	['lists', [[1], [2]], 'string'],
])(
	'past values that were %s make a column of the type that takes them',
	async (_, values, type) => {
		past(...values.map((value) => ({ Value: value })));
		expect((await columnsOf()).fields[0].type).toBe(type);
	},
);

test('names keep every letter; an id holds no "] that would end it in the editor', async () => {
	const names = ['a.b', 'list[0]', 'say "hi"', 'tags ["x"]', '🙂', ' padded ', '$json', '{{ x }}'];
	past(Object.fromEntries(names.map((name) => [name, 'x'])));
	const { fields } = await columnsOf();
	expect(fields.map(({ displayName }) => displayName)).toEqual(names);
	expect(fields.filter(({ id }) => id.includes('"]'))).toEqual([]);
	expect(fields.filter(({ id, displayName }) => id !== displayName)).toHaveLength(1);
});

test('names that n8n drops are no columns', async () => {
	past(
		JSON.parse('{"__proto__": "x", "constructor": "y", "": "z", "Topic": "a"}') as Record<
			string,
			unknown
		>,
	);
	expect((await columnsOf()).fields.map(({ id }) => id)).toEqual(['Topic']);
});

test('a list without inputs has the newest runs read one by one', async () => {
	past({ Old: 'x' }, ...Array.from({ length: 5 }, (_, n) => ({ [`Input ${n}`]: 'y' })));
	fake.set({ listOmits: ['input'] });
	const { fields } = await columnsOf();
	expect(fields.map(({ id }) => id)).toEqual([4, 3, 2, 1, 0].map((n) => `Input ${n}`));
	expect(fake.counts.getRun).toBe(5);
});

test('a workflow may be given by any URL that holds its id', async () => {
	past({ Topic: 'a' });
	const value = `https://api.copy.ai/api/workflow/${workflowId}/run`;
	const { fields } = await columnsOf({ workflowId: { __rl: true, mode: 'url', value } });
	expect(fields).toHaveLength(1);
});

describe('without columns the field says why, and what to do', () => {
	test.each([
		['there is no workflow', byId(''), {}, /Enter the workflow above/],
		['the workflow comes from an expression without data', {}, {}, /execute the previous nodes/],
		['a URL holds no ID', byId('https://app.copy.ai/'), {}, /no workflow ID in this URL/],
		['there are no runs', byId('WCFG-new'), {}, /no runs yet.*Using Fields Below/],
		['the id is wrong', byId('WCFG-missing'), {}, /Workflow WCFG-missing wasn't found/],
		['the key is refused', byId(workflowId), { forbidden: true }, /API key.*Configuration/],
		['the request is refused', byId(workflowId), { redirectTo: 'http://x.y' }, /API URL/],
	])('%s', async (_, parameters, settings, words) => {
		fake.set(settings);
		const { fields, emptyFieldsNotice } = await columnsOf(parameters);
		expect(fields).toEqual([]);
		expect(emptyFieldsNotice).toMatch(words);
		expect(emptyFieldsNotice).not.toMatch(/\b(error|problem|failure|mistake)\b/i);
		expect(emptyFieldsNotice).not.toContain(fake.settings.apiKey);
	});

	test('without a workflow nothing is asked of Copy.ai', async () => {
		await columnsOf(byId(''));
		expect(fake.requests).toEqual([]);
	});

	test('runs without inputs', async () => {
		past({}, {});
		expect((await columnsOf()).emptyFieldsNotice).toMatch(/started without variables/);
	});
});

describe('columns that stand there already are not lost', () => {
	const variables = {
		mappingMode: 'defineBelow',
		value: { Topic: 'x' },
		schema: [{ id: 'Topic' }],
	};

	const column = (id: string, more: object = {}) => ({
		id,
		displayName: id,
		type: 'string',
		...more,
	});
	const mapper = (value: object | null, more: object = {}) => ({
		variables: {
			mappingMode: 'defineBelow',
			value,
			schema: [
				column('Topic'),
				column('Tone'),
				column('Words'),
				column('Style', { removed: true }),
			],
			...more,
		},
	});

	test('when past runs do not show them, while they hold a value', async () => {
		past({ Topic: 'a' });
		const value = { Topic: 'x', Tone: '={{ $json.tone }}', Words: null, Style: 'was removed' };
		expect(await namesOf({ ...byId(workflowId), ...mapper(value) } as never)).toEqual([
			'Topic',
			'Tone',
		]);
		expect(await namesOf({ ...byId('WCFG-new'), ...mapper(value) } as never)).toEqual([
			'Topic',
			'Tone',
		]);
	});

	test('when they are mapped automatically, as only columns are sent', async () => {
		past({ Topic: 'a' });
		const auto = mapper(null, { mappingMode: 'autoMapInputData' });
		expect(await namesOf({ ...byId(workflowId), ...auto } as never)).toEqual([
			'Topic',
			'Tone',
			'Words',
		]);
	});

	test('when the workflow comes from an expression without data, and nothing is asked', async () => {
		expect(await namesOf(mapper({ Topic: 'x' }) as never)).toEqual([
			'Topic',
			'Tone',
			'Words',
			'Style',
		]);
		expect(fake.requests).toEqual([]);
	});

	test('when the key is refused meanwhile', async () => {
		fake.set({ forbidden: true });
		await expect(columnsOf({ ...byId(workflowId), variables })).rejects.toThrow(/API key/);
	});

	test('when Copy.ai is unavailable', async () => {
		fake.set({ faults: [{ kind: 'serverErrorBefore' }] });
		await expect(columnsOf()).rejects.toThrow(/currently unavailable/);
	});
});

describe('as the tool of an AI agent, each column', () => {
	const columnsOfTool = async () =>
		await getVariables.call(
			copyAiContext(fake.service, byId(workflowId), undefined, 'n8n-nodes-copy-ai.copyAiTool'),
		);

	test('is filled in by the model, and tells it what goes in', async () => {
		past({ Topic: 'A lamp', Words: 10 }, { Topic: 'A chair', Words: 20 });
		const { fields } = await columnsOfTool();
		expect(fields.map(({ defaultValue }) => defaultValue)).toEqual([
			"={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('Topic', `What to put into the input 'Topic' of the Copy.ai workflow`, 'string') }}",
			"={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('Words', `What to put into the input 'Words' of the Copy.ai workflow`, 'number') }}",
		]);
	});

	test('has past values as examples if they are choices, and never those that could be data', async () => {
		const twice = (input: Record<string, unknown>) => past(input, input);
		twice({ Tone: 'playful', Mail: 'a@b.com', Key: 'sk_1', Text: 'x'.repeat(40), Odd: '`${x}`' });
		twice({ Tone: 'dry', Mail: 'once@b.com' });
		past({ Tone: 'Anna Meier' });
		const { fields } = await columnsOfTool();
		const shown = fields.map(({ id, defaultValue }) => [
			id,
			/workflow(.*)`/.exec(String(defaultValue))?.[1],
		]);
		expect(Object.fromEntries(shown)).toEqual({
			Tone: ', for example dry or playful',
			Mail: '',
			Key: '',
			Text: '',
			Odd: '',
		});
	});

	test('with an odd name stays one expression', async () => {
		past({ "it's `odd` ${x} {{ y }} \\": 'x' });
		const [{ defaultValue }] = (await columnsOfTool()).fields;
		expect(defaultValue).toMatch(
			/^=\{\{ \/\*\S+\*\/ \$fromAI\('[\w-]+', `[^`$\\{}]+`, 'string'\) \}\}$/,
		);
	});

	test('in a node that is no tool, is empty at first', async () => {
		past({ Topic: 'A lamp' });
		expect((await columnsOf()).fields[0].defaultValue).toBeUndefined();
	});
});
