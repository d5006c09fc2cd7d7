import {
	eventKey,
	mergeSeen,
	readState,
	MAX_SEEN,
	type RecentEvents,
	recentEvents,
} from '../../../nodes/CopyAiTrigger/eventDedupe';

test.each([
	[{}],
	[{ salt: '', tokenDigest: null, webhookIds: null, seen: 'x' }],
	[{ salt: 7, tokenDigest: ['x'], webhookIds: { a: 1 }, seen: [1, null, '', {}] }],
])('static data of any shape is read: %j', (data) => {
	expect(readState(data as never)).toEqual({ webhookIds: [], seen: [] });
});

test('what was kept is read as it was', () => {
	const kept = { salt: 'salt', tokenDigest: 'digest', webhookIds: ['a'], seen: ['b', 'c'] };
	expect(readState(kept)).toEqual(kept);
});

test('an event of a run has a key of its own', () => {
	const keys = ['WRUN-1', 'WRUN-2'].flatMap((run) => [
		eventKey('workflowRun.completed', run),
		eventKey('workflowRun.failed', run),
	]);
	expect(new Set(keys).size).toBe(4);
	expect(eventKey('workflowRun.completed', 'WRUN-1')).toBe(keys[0]);
});

test('what is kept are the newest of both, oldest first, and no more than it may', () => {
	const full = Array.from({ length: MAX_SEEN }, (_, n) => `${n}`);
	const here: RecentEvents = new Map([
		['5', 'started'],
		['new', 'started'],
	]);
	const after = mergeSeen(full, here);
	expect(after).toHaveLength(MAX_SEEN);
	expect(after[0]).toBe('1');
	expect(after.slice(-2)).toEqual(['5', 'new']);
	expect(after.filter((key) => key === '5')).toHaveLength(1);
});

test('what is still being found out is not kept', () => {
	expect(mergeSeen([], new Map([['a', 'pending']]))).toEqual([]);
});

test('a process remembers so many events of so many triggers, and forgets the oldest', () => {
	const here = recentEvents('one');
	for (let n = 0; n < MAX_SEEN + 10; n++) here.set(`${n}`, 'started');
	expect([...recentEvents('one').keys()][0]).toBe('10');
	for (let n = 0; n < 99; n++) recentEvents(`other ${n}`);
	expect(recentEvents('one').size).toBe(MAX_SEEN);
	for (let n = 0; n < 100; n++) recentEvents(`other ${n}`);
	expect(recentEvents('one').size).toBe(0);
});
