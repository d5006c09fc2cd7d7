import type { IDataObject } from 'n8n-workflow';
import { byId, prepare, type TestCredential } from '../harness';
import { type FakeCopyAi, type SettingsPatch, startFakeCopyAi } from '../../fakes/copyAi';
import { useVirtualTime } from '../../support/virtualTime';

useVirtualTime();

let fake: FakeCopyAi;
let credential: TestCredential;

beforeAll(async () => {
	fake = await startFakeCopyAi({ durationMs: 50 });
	credential = { apiKey: fake.settings.apiKey, baseUrl: fake.url };
});
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

async function hintsOf(
	settings: SettingsPatch,
	options: IDataObject = {},
	items: IDataObject[] = [{ n: 1 }, { n: 2 }],
	operation = 'startAndWait',
): Promise<string[]> {
	fake.set(settings);
	const { run } = await prepare({
		credential,
		items,
		parameters: {
			resource: 'workflowRun',
			operation,
			workflowId: byId('WCFG-1'),
			variablesInput: 'fields',
			variableFields: { variable: [{ name: 'Input 1', value: '={{ $json.n }}' }] },
			options: options as never,
		},
	}).execute();
	const hints = run.data.resultData.runData['Copy.ai'][0].hints ?? [];
	expect(hints.every(({ location }) => location === 'outputPane')).toBe(true);
	return hints.map(({ message }) => message);
}

test('the credits of all runs are added up', async () => {
	expect(await hintsOf({})).toEqual(['These 2 runs used 4 credits in Copy.ai.']);
	expect(await hintsOf({ credits: 1 }, {}, [{ n: 1 }])).toEqual([
		'This run used 1 credit in Copy.ai.',
	]);
	expect(
		await hintsOf(
			{ credits: 0.1 },
			{},
			[1, 2, 3].map((n) => ({ n })),
		),
	).toEqual(['These 3 runs used 0.3 credits in Copy.ai.']);
});

test('two items that share a run count it once', async () => {
	const sameItems = [{ n: 1 }, { n: 1 }];
	expect(await hintsOf({}, { startKey: 'one' }, sameItems)).toEqual([
		'This run used 2 credits in Copy.ai.',
	]);
});

test('nothing is said of credits that are not known, or that were used before', async () => {
	expect(await hintsOf({ omits: ['credits'] })).toEqual([]);
	fake.seedRuns([{ workflowId: 'WCFG-1' }]);
	expect(await hintsOf({}, {}, [{}], 'getAll')).toEqual([]);
});

test('text that could be parsed is pointed out when parsing is off', async () => {
	const [hint] = await hintsOf({ outputForm: 'jsonText' }, { parseJson: false });
	expect(hint).toMatch(/^Output 'text' is JSON text\. Turn on 'Parse JSON Outputs'/);
	expect(await hintsOf({ outputForm: 'jsonText' })).toHaveLength(1);
});

test('text that stays text to keep its digits is pointed out', async () => {
	const output = { ids: '{"id": 12345678901234567890}' };
	const [hint] = await hintsOf({ runRules: [{ output }] });
	expect(hint).toMatch(
		/^Output 'ids' was left as JSON text because parsing it would change a large number/,
	);
});

test('text that only looks like JSON is not pointed out', async () => {
	const output = { note: '[Draft] or {placeholder}', list: '[see below]' };
	expect(await hintsOf({ runRules: [{ output }] }, { parseJson: false })).toHaveLength(1);
});

test('names in hints are text, not markup', async () => {
	const output = { '<b onclick="x">': '{}' };
	const [hint] = await hintsOf({ runRules: [{ output }] }, { parseJson: false });
	expect(hint).toContain('&#60;b onclick=&#34;x&#34;&#62;');
});

test.each(['empty', 'none'] as const)(
	'runs that are COMPLETE with outputs of form "%s" are pointed out',
	async (outputForm) => {
		const [hint] = await hintsOf({ outputForm });
		expect(hint).toMatch(/^2 of 2 runs finished without output, for example WRUN-/);
	},
);
