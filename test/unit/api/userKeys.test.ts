import { type Endpoints, runService, type StartRequest, toRun } from '../../../nodes/CopyAi/api';

const rules = runService({} as Endpoints).userKeys!;
const request = (variables: Record<string, unknown>) =>
	({ variables, metadata: {} }) as StartRequest;

describe('A start key is shared by starts with the same values', () => {
	it('whatever order their names came in', () => {
		const text = rules.textOf(request({ a: 1, b: { c: [2], d: 3 } }));
		expect(rules.textOf(request({ b: { d: 3, c: [2] }, a: 1 }))).toBe(text);
		expect(rules.textOf(request({ a: 1, b: { c: [2], d: 4 } }))).not.toBe(text);
		expect(rules.textOf(request({ a: 1 }))).not.toBe(text);
	});

	it.each<[isSame: boolean, input: Record<string, unknown>, variables: Record<string, unknown>]>([
		[true, { a: 'x' }, { a: 'x' }],
		[true, { a: '7' }, { a: 7 }],
		[true, { a: 'x' }, { a: 'x', b: '' }],
		[true, { a: 'x', b: null }, { a: 'x' }],
		[true, { a: '["x"]' }, { a: ['x'] }],
		[true, {}, { a: 'x' }],
		[false, { a: 'x' }, { a: 'y' }],
		[false, { a: 'x', b: 'z' }, { a: 'x' }],
		[false, { a: 'x' }, { a: 'x', b: 'z' }],
		[false, { a: [1, 2] }, { a: [2, 1] }],
	])('%s for a run with the input %j and the variables %j', (isSame, input, variables) => {
		expect(rules.isRunOf(toRun({ id: 'r', input }, 'w'), request(variables))).toBe(isSame);
	});

	it('and says which items, and which run, have it with other values', () => {
		const key = { base: 'order-7', attempt: 1 };
		expect(rules.itemsError(key, [0, 2]).message).toBe(
			'Items 0 and 2 have the same start key, order-7, but different values',
		);
		expect(rules.runError(key, 'WRUN-1').message).toBe(
			'The start key order-7 belongs to run WRUN-1, which was started with different values',
		);
	});
});
