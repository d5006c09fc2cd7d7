import { type Endpoints, listWebhooks, type Retry } from '../../../nodes/CopyAi/api';

const retry: Retry = async (call) => await call();

/** A list of so many webhooks, in pages that hold at most `cap`. */
function listOf(count: number, cap = 100, offsetBy: 'served' | 'asked' = 'served') {
	const all = Array.from({ length: count }, (_, n) => ({ id: `${n}`, url: 'https://x' }));
	const asked: Array<[page: number, size: number]> = [];
	const api = {
		listWebhooks: async (page: number, size: number) => {
			asked.push([page, size]);
			const served = Math.min(size, cap);
			const from = (page - 1) * (offsetBy === 'served' ? served : size);
			const items = all.slice(from, from + served);
			return await Promise.resolve({
				kind: 'ok' as const,
				value: { items, isLast: items.length < size },
			});
		},
	};
	return { api: api as unknown as Endpoints, asked };
}

async function idsIn(list: ReturnType<typeof listOf>, limit?: number): Promise<string[]> {
	const answer = await listWebhooks(list.api, retry, limit);
	return answer.kind === 'ok' ? answer.value.map(({ id }) => id) : [];
}

test.each([
	[0, 100],
	[1, 100],
	[99, 100],
	[100, 100],
	[230, 100],
	[1, 1],
	[25, 10],
	[30, 10],
	[101, 10],
	[7, 3],
	[120, 50],
])('%i webhooks are read to the end when a page holds %i', async (count, cap) => {
	for (const offsetBy of ['served', 'asked'] as const) {
		const list = listOf(count, cap, offsetBy);
		expect(await idsIn(list)).toHaveLength(count);
		expect(list.asked.length).toBeLessThanOrEqual(Math.floor(count / cap) + 2);
	}
});

test('full pages end with the first that is not full', async () => {
	const list = listOf(230);
	await idsIn(list);
	expect(list.asked).toEqual([
		[1, 100],
		[2, 100],
		[3, 100],
	]);
});

test('a limit ends it as soon as it is reached', async () => {
	const list = listOf(95, 10);
	expect(await idsIn(list, 15)).toHaveLength(15);
	expect(list.asked).toHaveLength(2);
});

test('a list that repeats itself ends', async () => {
	const items = [{ id: 'a' }, { id: 'b' }];
	const api = {
		listWebhooks: async () =>
			await Promise.resolve({ kind: 'ok' as const, value: { items, isLast: true } }),
	};
	expect(await listWebhooks(api as unknown as Endpoints, retry)).toMatchObject({
		value: [{ id: 'a' }, { id: 'b' }],
	});
});
