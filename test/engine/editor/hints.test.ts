import type { IDataObject } from 'n8n-workflow';
import { byId, type NodeSettings, prepare, type TestCredential } from '../harness';
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
	nodeSettings: NodeSettings = {},
): Promise<string[]> {
	fake.set(settings);
	const { run } = await prepare({
		credential,
		items,
		settings: nodeSettings,
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

describe('credits', () => {
	const items = (count: number) => Array.from({ length: count }, (_, n) => ({ n: `item ${n}` }));
	const continues = { onError: 'continueRegularOutput' as const };

	test('of all runs are added up', async () => {
		expect(await hintsOf({})).toEqual(['Copy.ai: 2 runs used 4 credits.']);
		expect(await hintsOf({ credits: 1 }, {}, items(1))).toEqual(['Copy.ai: 1 run used 1 credit.']);
		expect(await hintsOf({ credits: 0.1 }, {}, items(3))).toEqual([
			'Copy.ai: 3 runs used 0.3 credits.',
		]);
	});

	test('of a run that two items share count once', async () => {
		const sameItems = [{ n: 1 }, { n: 1 }];
		expect(await hintsOf({}, { startKey: 'one' }, sameItems)).toEqual([
			'Copy.ai: 1 run used 2 credits.',
		]);
	});

	test('of reused and unfinished runs are told apart from those that were used', async () => {
		const options = { startKey: '={{ $json.n }}', timeout: 2, onTimeout: 'continue' };
		await hintsOf({}, options, items(1));
		const settings = { runRules: [{ inputContains: 'item 3', end: 'never' as const }] };
		expect(await hintsOf(settings, options, items(4))).toEqual([
			'Copy.ai: 2 runs used 4 credits; 1 reused, 0 credits; 1 still running.',
		]);
		expect(await hintsOf({}, options, items(1))).toEqual(['Copy.ai: 1 reused, 0 credits.']);
	});

	test('of failed runs count, whatever the node does about them', async () => {
		const fails = { runRules: [{ inputContains: 'item 1', end: 'FAILED' as const }] };
		const expected = ['Copy.ai: 3 runs used 6 credits.'];
		expect(await hintsOf(fails, { onFailedRun: 'continue' }, items(3))).toEqual(expected);
		expect(await hintsOf(fails, {}, items(3), 'startAndWait', continues)).toEqual(expected);
	});

	test('of a failed run and of the one that the node started after it both count', async () => {
		const fails = { runRules: [{ inputContains: 'item 1', end: 'FAILED' as const, times: 1 }] };
		const retries = { ...continues, retryOnFail: true, waitBetweenTries: 10 };
		expect(await hintsOf(fails, {}, items(2), 'startAndWait', retries)).toEqual([
			'Copy.ai: 3 runs used 6 credits.',
		]);
	});

	test('are not spoken of where they are not known, or were used before', async () => {
		expect(await hintsOf({ omits: ['credits'] })).toEqual([]);
		fake.seedRuns([{ workflowId: 'WCFG-1' }]);
		expect(await hintsOf({}, {}, [{}], 'getAll')).toEqual([]);
	});
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
