import {
	eventKey,
	merged,
	readKept,
	REMEMBERED,
	type SeenHere,
	seenHere,
} from '../../../nodes/CopyAiTrigger/memory';

test.each([
	[{}],
	[{ salt: '', tokenDigest: null, webhookIds: null, seen: 'x' }],
	[{ salt: 7, tokenDigest: ['x'], webhookIds: { a: 1 }, seen: [1, null, '', {}] }],
])('static data of any shape is read: %j', (data) => {
	expect(readKept(data as never)).toEqual({ webhookIds: [], seen: [] });
});

test('what was kept is read as it was', () => {
	const kept = { salt: 'salt', tokenDigest: 'digest', webhookIds: ['a'], seen: ['b', 'c'] };
	expect(readKept(kept)).toEqual(kept);
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
	const full = Array.from({ length: REMEMBERED }, (_, n) => `${n}`);
	const here: SeenHere = new Map([
		['5', 'started'],
		['new', 'started'],
	]);
	const after = merged(full, here);
	expect(after).toHaveLength(REMEMBERED);
	expect(after[0]).toBe('1');
	expect(after.slice(-2)).toEqual(['5', 'new']);
	expect(after.filter((key) => key === '5')).toHaveLength(1);
});

test('what is still being found out is not kept', () => {
	expect(merged([], new Map([['a', 'pending']]))).toEqual([]);
});

test('a process remembers so many events of so many triggers, and forgets the oldest', () => {
	const here = seenHere('one');
	for (let n = 0; n < REMEMBERED + 10; n++) here.set(`${n}`, 'started');
	expect([...seenHere('one').keys()][0]).toBe('10');
	for (let n = 0; n < 99; n++) seenHere(`other ${n}`);
	expect(seenHere('one').size).toBe(REMEMBERED);
	for (let n = 0; n < 100; n++) seenHere(`other ${n}`);
	expect(seenHere('one').size).toBe(0);
});
