import { eventKey, readKept, remember, REMEMBERED } from '../../../nodes/CopyAiTrigger/memory';

test.each([
	[{}],
	[{ token: '', webhookIds: null, seen: 'x' }],
	[{ token: 7, webhookIds: { a: 1 }, seen: [1, null, '', {}] }],
])('static data of any shape is read: %j', (data) => {
	expect(readKept(data as never)).toEqual({ token: undefined, webhookIds: [], seen: [] });
});

test('what was kept is read as it was', () => {
	const kept = { token: 'secret', webhookIds: ['a'], seen: ['b', 'c'] };
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

test('the memory keeps the newest, in order, and no more than it may', () => {
	const full = Array.from({ length: REMEMBERED }, (_, n) => `${n}`);
	const after = remember(full, 'new');
	expect(after).toHaveLength(REMEMBERED);
	expect(after[0]).toBe('1');
	expect(after.at(-1)).toBe('new');
	expect(full[0]).toBe('0');
});
