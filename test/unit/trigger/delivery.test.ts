import { readDelivery } from '../../../nodes/CopyAiTrigger/delivery';
import { hasValidToken, digestToken } from '../../../nodes/shared/trigger';

const token = 'kCxTsEXiX5EsnTdU'.repeat(3);

jest.mock('crypto', () => {
	const crypto = jest.requireActual<typeof import('crypto')>('crypto');
	return { ...crypto, timingSafeEqual: jest.fn(crypto.timingSafeEqual) };
});
const { timingSafeEqual } = jest.requireMock<{ timingSafeEqual: jest.Mock }>('crypto');

test.each<[unknown, boolean]>([
	[{ token }, true],
	[{ token, more: '1' }, true],
	[Object.assign(Object.create(null) as object, { token }), true],
	[{ token: token.slice(1) }, false],
	[{ token: `${token}x` }, false],
	[{ token: token.toUpperCase() }, false],
	[{ token: '' }, false],
	[{ token: [token] }, false],
	[{ token: { 0: token } }, false],
	[Object.create({ token }) as object, false],
	[{}, false],
	[[token], false],
	[token, false],
	[undefined, false],
	[null, false],
])('the query %j gets in: %s', (query, expected) => {
	timingSafeEqual.mockClear();
	expect(hasValidToken(query, digestToken(token))).toBe(expected);
	// Whatever comes, two values of one length are compared once, in constant time.
	const [[one, other]] = timingSafeEqual.mock.calls as [[Buffer, Buffer]];
	expect(timingSafeEqual).toHaveBeenCalledTimes(1);
	expect([one.length, other.length]).toEqual([32, 32]);
});

test('a delivery is read into event, ids and the rest', () => {
	const body = { type: 'workflowRun.failed', workflowRunId: ' WRUN-1 ', workflowId: 'WCFG-1' };
	expect(readDelivery(body)).toEqual({
		event: 'workflowRun.failed',
		runIds: ['WRUN-1'],
		workflowId: 'WCFG-1',
		body: { workflowRunId: ' WRUN-1 ', workflowId: 'WCFG-1' },
	});
});

test('of two ids the one that can be asked for counts', () => {
	const body = { type: 'workflowRun.failed', id: '..', workflowRunId: 'WRUN-1' };
	expect(readDelivery(body)).toMatchObject({ runIds: ['WRUN-1'] });
});

test.each(['toString', '__proto__', 'constructor', 0, null, true, {}])('%j is no event', (type) =>
	expect(readDelivery({ type, id: 'WRUN-1' })).toBe('not a Copy.ai event'),
);
