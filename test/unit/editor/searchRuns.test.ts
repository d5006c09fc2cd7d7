import { searchRuns } from '../../../nodes/CopyAi/methods/listSearch';
import { type FakeCopyAi, startFakeCopyAi } from '../../fakes/copyAi';
import { copyAiContext } from '../../support/copyAiContext';

const byId = (value: string) => ({ workflowId: { __rl: true, mode: 'id', value } });

let fake: FakeCopyAi;

beforeAll(async () => (fake = await startFakeCopyAi()));
afterEach(() => fake.reset());
afterAll(async () => await fake.close());

const workflowId = 'WCFG-shop';
const hour = 3_600_000;
const search = async (filter?: string, token?: string, id = workflowId) =>
	await searchRuns.call(copyAiContext(fake.service, byId(id)), filter, token);

const seed = (count: number) =>
	fake.seedRuns(
		Array.from({ length: count }, (_, n) => ({
			workflowId,
			input: { Topic: `topic ${n}`, Notes: `note ${n}` },
			createdAt: Date.now() - (n + 1) * hour,
		})),
	);

test('each run shows its time, in the zone of the workflow, and the beginning of its first input', async () => {
	const long = 'a long text '.repeat(20);
	const at = (day: number) => Date.UTC(2026, 0, day, 22, 30);
	fake.seedRuns([
		{ workflowId, id: 'WRUN-1', input: { Topic: long }, createdAt: at(1) },
		{ workflowId, id: 'WRUN-2', input: { A: '', B: { n: 1 } }, createdAt: at(2) },
		{ workflowId, id: 'WRUN-3', input: {}, status: 'FAILED', createdAt: at(3) },
		{ workflowId, id: 'WRUN-4', input: { A: 'two\nlines' }, status: 'NEW', createdAt: at(4) },
	]);
	const { results } = await search();
	expect(results).toEqual([
		{ name: '2026-01-04 23:30 · two lines', value: 'WRUN-4' },
		{ name: '2026-01-03 23:30 · WRUN-3', value: 'WRUN-3' },
		{ name: '2026-01-02 23:30 · {"n":1}', value: 'WRUN-2' },
		{ name: `2026-01-01 23:30 · ${long.slice(0, 60)}…`, value: 'WRUN-1' },
	]);
	expect((await search('failed')).results.map(({ value }) => value)).toEqual(['WRUN-3']);
});

test('a run without status, time or inputs still has a name', async () => {
	fake.seedRuns([{ workflowId, id: 'WRUN-1' }]);
	fake.set({ listOmits: ['status', 'createdAt', 'input'] });
	expect((await search()).results).toEqual([{ name: 'WRUN-1', value: 'WRUN-1' }]);
});

test('emoji are not cut in half', async () => {
	fake.seedRuns([{ workflowId, input: { Topic: '🙂'.repeat(100) } }]);
	const [{ name }] = (await search()).results;
	expect(name.endsWith(`${'🙂'.repeat(60)}…`)).toBe(true);
});

test('the list goes on page by page to its end', async () => {
	seed(120);
	const first = await search();
	const second = await search('', String(first.paginationToken));
	const third = await search('', String(second.paginationToken));
	expect([first, second, third].map(({ results }) => results.length)).toEqual([50, 50, 20]);
	expect(third.paginationToken).toBeUndefined();
});

test('the search looks at ids and at all inputs, whatever the case, and reads on until it has enough', async () => {
	seed(300);
	const { id } = fake.runs[260];
	expect((await search('NOTE 249')).results).toHaveLength(1);
	fake.seedRuns([{ workflowId, id: 'WRUN-abc', input: { Topic: 'x' } }]);
	expect((await search('wrun-ABC')).results.map(({ value }) => value)).toEqual(['WRUN-abc']);

	const before = fake.counts.listRuns;
	const deep = await search(id);
	expect(deep.results).toEqual([]);
	expect(fake.counts.listRuns - before).toBe(5);
	const next = await search(id, String(deep.paginationToken));
	expect(next.results.map(({ value }) => value)).toEqual([id]);
});

test.each([
	['no workflow', '', /Select a workflow first/],
	['a wrong id', 'WCFG-missing', /Not found/],
])('%s is said', async (_, id, words) => {
	await expect(search('', undefined, id)).rejects.toThrow(words);
});
