import type { IDataObject } from 'n8n-workflow';
import { useVirtualTime } from '../../support/virtualTime';
import type { Execution, NodeSettings } from '../harness';
import { CONTINUE, creditsTests, retryAs, three } from './flow';

useVirtualTime();

const tests = creditsTests();
const { flow } = tests;

const RETRY: NodeSettings = { retryOnFail: true, maxTries: 3 };
const KEY = { startKey: '=row-{{ $json.product }}' };
const DAY = { reuseWithin: 24 };

/** The hint about credits of each turn of the node, the last one last. */
function hintsOf({ run }: Execution): Array<string | undefined> {
	return run.data.resultData.runData['Copy.ai'].map(({ hints = [] }) =>
		hints.map(({ message }) => message).find((message) => message.startsWith('Copy.ai: ')),
	);
}

/** What a hint says was used. */
function creditsIn(hint = ''): number {
	return Number(/used ([\d.]+) credit/.exec(hint)?.[1] ?? 0);
}

/** The run of one product, or of every one, fails so many times. */
function fails(inputContains: string, times?: number): void {
	tests.fake.set({ runRules: [{ inputContains, end: 'FAILED', error: 'no seat', times }] });
}

/** What Copy.ai has charged for all runs so far: 2 credits for each. */
const charged = () => 2 * tests.fake.runs.length;

interface Case {
	what: string;
	options?: IDataObject;
	settings?: NodeSettings;
	items?: IDataObject[];
	batchSize?: number;
	/** What came before the execution. */
	before?: () => Promise<unknown> | void;
	/** Of each turn. */
	hints: string[];
}

const cases: Case[] = [
	{
		what: 'a bad run in the middle, tried again by Retry On Fail',
		settings: RETRY,
		before: () => fails('chair', 1),
		hints: ['Copy.ai: 4 runs used 8 credits (3 before this retry).'],
	},
	{
		what: 'a bad first run, tried again by Retry On Fail, twice',
		settings: RETRY,
		before: () => fails('lamp', 2),
		hints: ['Copy.ai: 5 runs used 10 credits (4 before this retry).'],
	},
	{
		what: 'a bad first run with On Error > Continue: the node tries again, then n8n in vain',
		settings: { ...RETRY, ...CONTINUE },
		before: () => fails('lamp'),
		hints: ['Copy.ai: 5 runs used 10 credits (5 before this retry).'],
	},
	{
		what: 'a bad run in the middle with On Error > Continue: the node tries again',
		settings: { ...RETRY, ...CONTINUE },
		before: () => fails('chair', 1),
		hints: ['Copy.ai: 4 runs used 8 credits.'],
	},
	{
		what: 'start keys, and Retry On Fail',
		options: KEY,
		settings: RETRY,
		before: () => fails('chair', 1),
		hints: ['Copy.ai: 4 runs used 8 credits (3 before this retry).'],
	},
	{
		what: 'start keys, one of them used in an earlier execution, and Retry On Fail',
		options: KEY,
		settings: RETRY,
		before: async () => {
			await flow(KEY, { items: [three[0]] }).execute();
			fails('chair', 1);
		},
		hints: ['Copy.ai: 3 runs used 6 credits (2 before this retry); 1 reused, 0 credits.'],
	},
	{
		what: 'equal runs, one of them of an earlier execution, and Retry On Fail',
		options: DAY,
		settings: RETRY,
		items: [...three, { product: 'desk', row: 2 }],
		before: async () => {
			await flow({}, { items: [three[0]] }).execute();
			fails('chair', 1);
		},
		hints: ['Copy.ai: 3 runs used 6 credits (2 before this retry); 1 reused, 0 credits.'],
	},
	{
		what: 'a credit budget, and Retry On Fail',
		options: { creditBudget: 100 },
		settings: RETRY,
		before: () => fails('chair', 1),
		hints: ['Copy.ai: 4 runs used 8 credits (3 before this retry).'],
	},
	{
		what: 'a loop',
		batchSize: 1,
		hints: three.map(() => 'Copy.ai: 1 run used 2 credits.'),
	},
	{
		what: 'a loop whose second turn is tried again by Retry On Fail',
		settings: RETRY,
		batchSize: 1,
		before: () => fails('chair', 1),
		hints: [
			'Copy.ai: 1 run used 2 credits.',
			'Copy.ai: 2 runs used 4 credits (1 before this retry).',
			'Copy.ai: 1 run used 2 credits.',
		],
	},
	...[KEY, DAY, { ...KEY, creditBudget: 100 }].map((options) => ({
		what: `a loop in which a later turn shares a run by ${Object.keys(options).join(' and ')}, and Retry On Fail`,
		options,
		settings: RETRY,
		items: [three[0], three[1], three[0]],
		batchSize: 1,
		before: () => fails('chair', 1),
		hints: [
			'Copy.ai: 1 run used 2 credits.',
			'Copy.ai: 2 runs used 4 credits (1 before this retry).',
			'Copy.ai: 1 reused, 0 credits.',
		],
	})),
	{
		what: 'a run that an earlier try has started without learning of it',
		settings: RETRY,
		before: () => {
			tests.fake.set({
				faults: [{ kind: 'resetAfter', on: ['startRun'], inputContains: 'lamp', times: 1 }],
				unlistedForMs: 350_000,
			});
		},
		hints: ['Copy.ai: 3 runs used 6 credits (2 before this retry).'],
	},
];

test.each(cases)('each run is counted once, as used by who started it: $what', async (each) => {
	const { options = {}, settings, items, batchSize, before, hints } = each;
	await before?.();
	const earlier = charged();
	const execution = await flow(options, { settings, items, batchSize }).execute();
	const said = hintsOf(execution);
	expect(said).toEqual(hints);
	expect(said.reduce((sum, hint) => sum + creditsIn(hint), 0)).toBe(charged() - earlier);
});

test('Executions > Retry says what the whole execution has used, and what of it before', async () => {
	fails('chair', 1);
	const first = flow(KEY);
	const stopped = await first.execute();
	expect(stopped.error?.message).toMatch(/no seat/);
	const retried = await first.retry(stopped);
	expect(hintsOf(retried)).toEqual(['Copy.ai: 4 runs used 8 credits (3 before this retry).']);
	expect(charged()).toBe(8);
});

test('Executions > Retry after a timeout counts a run by what came of it', async () => {
	tests.fake.set({ runRules: [{ inputContains: 'chair', durationMs: 20_000 }] });
	const stopped = await flow({ timeout: 5 }).execute();
	expect(stopped.error?.message).toMatch(/did not finish within 5 seconds/);
	const longer = await retryAs(flow({ timeout: 100 }), stopped);
	expect(hintsOf(longer)).toEqual(['Copy.ai: 3 runs used 6 credits (3 before this retry).']);
});

test('a run whose cost nobody was told is named beside the others', async () => {
	tests.fake.set({ runRules: [{ inputContains: 'chair', fields: { credits: null } }] });
	expect(hintsOf(await flow({}).execute())).toEqual([
		'Copy.ai: 2 runs used 4 credits; 1 of unknown cost.',
	]);
});
