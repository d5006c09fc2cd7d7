import { findReason } from '../../../nodes/shared/http';

let deep: unknown = 'too deep';
for (let level = 0; level < 10_000; level++) deep = { error: deep };

test.each<[value: unknown, reason: string | undefined]>([
	['No credits', 'No credits'],
	['  ', undefined],
	[{ message: 'No credits' }, 'No credits'],
	[{ reason: 'No credits' }, 'No credits'],
	[{ detail: 'No credits' }, 'No credits'],
	[{ message: '', reason: 'No credits' }, 'No credits'],
	[{ error: { message: 'No credits' } }, 'No credits'],
	[{ message: { text: 'No credits' } }, 'No credits'],
	[{ error: 'Bad Request', message: 'No credits' }, 'No credits'],
	[{ code: 'E42', message: 'No credits' }, 'No credits'],
	[{ code: 'E42' }, 'E42'],
	[{ code: 42 }, '42'],
	[['No credits', { message: 'No time' }, 'No credits'], 'No credits; No time'],
	[{ errors: [{ detail: 'No credits' }, { detail: 'No time' }] }, 'No credits; No time'],
	[{ 'Input 1': ['is missing'] }, 'is missing'],
	[{ step: { name: 'Write', failure: { title: 'No credits' } } }, 'No credits'],
	['{"error":{"message":"No credits"}}', 'No credits'],
	['{"nothing":1}', '{"nothing":1}'],
	['{cut', '{cut'],
	[{}, undefined],
	[[], undefined],
	[null, undefined],
	[true, undefined],
	[{ message: { message: {} } }, undefined],
])('the reason in %j is %j', (value, reason) => {
	expect(findReason(value)).toBe(reason);
});

test('10,000 levels and 100,000 entries do no harm', () => {
	const began = Date.now();
	expect(findReason(deep)).toBeUndefined();
	expect(findReason(Array.from({ length: 100_000 }, (_, n) => `reason ${n}`))).toBe(
		'reason 0; reason 1; reason 2; reason 3; reason 4',
	);
	expect(Date.now() - began).toBeLessThan(1000);
});
