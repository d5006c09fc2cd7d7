import {
	eventKey,
	mergeSeen,
	readState,
	MAX_SEEN,
	RecentEvents,
	recentEvents,
} from '../../../nodes/shared/trigger';

test.each([
	[{}],
	[{ salt: '', tokenDigest: null, webhookIds: null, seen: 'x' }],
	[{ salt: 7, tokenDigest: ['x'], webhookIds: { a: 1 }, seen: [1, null, '', {}] }],
])('static data of any shape is read: %j', (data) => {
	expect(readState(data as never)).toEqual({ webhookIds: [], seen: [], workflows: [] });
});

test('what was stored is read as it was', () => {
	const stored = {
		salt: 'salt',
		tokenDigest: 'digest',
		webhookIds: ['a'],
		url: 'https://n8n.example.com/webhook/1/webhook',
		n8nUrl: 'https://n8n.example.com/webhook-waiting/x',
		seen: ['b', 'c'],
		workflows: ['WCFG-1'],
		catchUp: { scope: '["WCFG-1"]', since: 1, open: ['WRUN-1'] },
	};
	expect(readState(stored)).toEqual(stored);
});

test('an event of a run has a key of its own', () => {
	const keys = ['WRUN-1', 'WRUN-2'].flatMap((run) => [
		eventKey('workflowRun.completed', run),
		eventKey('workflowRun.failed', run),
	]);
	expect(new Set(keys).size).toBe(4);
	expect(eventKey('workflowRun.completed', 'WRUN-1')).toBe(keys[0]);
});

test('the newest of both are stored, oldest first, and no more than the limit', () => {
	const full = Array.from({ length: MAX_SEEN }, (_, n) => `${n}`);
	const here = new RecentEvents();
	here.markStarted(['5', 'new']);
	const after = mergeSeen(full, here);
	expect(after).toHaveLength(MAX_SEEN);
	expect(after[0]).toBe('1');
	expect(after.slice(-2)).toEqual(['5', 'new']);
	expect(after.filter((key) => key === '5')).toHaveLength(1);
});

test('what is still being found out is not stored', async () => {
	const here = new RecentEvents();
	const shared = here.share('a', async () => await Promise.resolve());
	expect(mergeSeen([], here)).toEqual([]);
	await shared;
	expect(mergeSeen([], here)).toEqual([]);
});

test('callers that ask about one event at the same time share the answer, and later ones ask again', async () => {
	const here = new RecentEvents();
	const find = jest.fn(async () => await Promise.resolve({}));
	const [one, other] = await Promise.all([here.share('a', find), here.share('a', find)]);
	expect(one).toBe(other);
	expect(find).toHaveBeenCalledTimes(1);
	await Promise.all([here.share('a', find), here.share('b', find)]);
	expect(find).toHaveBeenCalledTimes(3);
});

test.each<[string, () => Promise<never>]>([
	['rejects', async () => await Promise.reject(new Error('no'))],
	[
		'throws before its first step',
		() => {
			throw new Error('no');
		},
	],
])('nothing stays pending when the search %s', async (_, find) => {
	const here = new RecentEvents();
	await expect(here.share('a', find)).rejects.toThrow('no');
	expect(here.pendingCount).toBe(0);
	await expect(here.share('a', async () => await Promise.resolve(7))).resolves.toBe(7);
});

test('a process keeps a limited number of events for a limited number of triggers, the newest', () => {
	const here = recentEvents('one');
	for (let n = 0; n < MAX_SEEN + 10; n++) here.markStarted([`${n}`]);
	expect([...recentEvents('one').started][0]).toBe('10');
	for (let n = 0; n < 99; n++) recentEvents(`other ${n}`);
	expect(recentEvents('one').started.size).toBe(MAX_SEEN);
	for (let n = 0; n < 100; n++) recentEvents(`other ${n}`);
	expect(recentEvents('one').started.size).toBe(0);
});
