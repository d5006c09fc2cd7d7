import type { IDataObject } from 'n8n-workflow';
import { type Boundary, operate, type Setup } from './operation';

const boundaries: Boundary[] = [
	'read',
	'startBefore',
	'startAfter',
	'getRun',
	'listRuns',
	'format',
	'keyText',
	'hint',
	'addHints',
];
const circular: Record<string, unknown> = {};
circular.self = circular;
const things: Array<[what: string, thing: unknown]> = [
	['an Error', new RangeError('Maximum call stack size exceeded')],
	['a text', 'only text'],
	['null', null],
	['an object', { circular }],
];

/** Each boundary, with each thing thrown there for item 1: always, or the first time only. */
const cases = boundaries.flatMap((boundary) =>
	things.flatMap(([what, thing]) =>
		[Infinity, 1].map((times) => [boundary, what, thing, times] as const),
	),
);

function throwing(where: Boundary, thing: unknown, times: number): Setup['throwsAt'] {
	let left = times;
	return (boundary, request) => {
		if (boundary !== where || (request !== '' && request !== 'item 1') || left === 0)
			return undefined;
		left -= 1;
		return thing;
	};
}

/** What an item says that came out instead of a result. */
function messageOf({ json }: { json: IDataObject }): unknown {
	return (json.error as IDataObject | undefined)?.message;
}

/** How many runs were paid for each item. */
function paid(service: { runs: Array<{ request: string }> }, items: number): number[] {
	return Array.from(
		{ length: items },
		(_, n) => service.runs.filter(({ request }) => request === `item ${n}`).length,
	);
}

describe.each([false, true])(
	'whatever is thrown while items are worked on (Start alone: %s)',
	(onlyStart) => {
		test.each(cases)(
			'%s throws %s, continuing on error: one outcome per item, all others come out, at most one paid run each',
			async (boundary, _what, thing, times) => {
				const throwsAt = throwing(boundary, thing, times);
				const outcome = await operate({ items: 4, continueOnFail: true, throwsAt, onlyStart });
				const { outputs = [], service } = outcome;
				expect(outcome.error).toBeUndefined();
				expect(outputs.map(({ pairedItem }) => pairedItem)).toEqual(
					[0, 1, 2, 3].map((item) => ({ item })),
				);
				for (const item of [0, 2, 3]) {
					expect(outputs[item].json.id).toBe(
						service.runs.find(({ request }) => request === `item ${item}`)?.id,
					);
				}
				expect(Math.max(...paid(service, 4))).toBe(1);
				expect(outcome.callsAfterwards).toBe(0);
				expect(outcome.unhandled).toEqual([]);
			},
		);

		test.each(cases)(
			'%s throws %s, stopping on error: the node ends once, nothing is sent afterwards, and a retry pays nothing twice',
			async (boundary, _what, thing, times) => {
				const throwsAt = throwing(boundary, thing, times);
				const outcome = await operate({ items: 12, throwsAt, onlyStart, concurrency: 2 });
				expect(outcome.callsAfterwards).toBe(0);
				expect(outcome.unhandled).toEqual([]);
				if (outcome.error) expect(outcome.error.message).toMatch(/\[Item 1\]|\(item 1\)/);
				else expect(outcome.outputs).toHaveLength(12);
				expect(Math.max(...paid(outcome.service, 12))).toBeLessThan(2);
				const second = await outcome.again();
				expect(Math.max(...paid(second.service, 12))).toBeLessThan(2);
				expect(second.callsAfterwards).toBe(0);
				expect(second.unhandled).toEqual([]);
			},
		);
	},
);

test('what is thrown for all items, such as for a missing credential, is the error of each, and none leaves as a success', async () => {
	const { outputs = [] } = await operate({
		continueOnFail: true,
		throwsAt: (boundary) => (boundary === 'client' ? new Error('No credential') : undefined),
	});
	expect(outputs.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
	expect(outputs.map(messageOf)).toEqual([0, 1, 2].map((item) => `No credential [Item ${item}]`));
});

test('a thrown format stops further starts when the node stops on error', async () => {
	const { error, service } = await operate({
		items: 30,
		concurrency: 1,
		onlyStart: true,
		throwsAt: throwing('format', new Error('no'), Infinity),
	});
	expect(error?.message).toBe('no [Item 1]');
	expect(service.runs.length).toBeLessThan(4);
});

test('of a run that is paid for, the message names the run', async () => {
	const { error, service } = await operate({
		throwsAt: throwing('format', new RangeError('Maximum call stack size exceeded'), Infinity),
	});
	const run = service.runs.find(({ request }) => request === 'item 1');
	expect(error?.message).toBe(
		`The output of run ${run?.id} of workflow g couldn't be processed: Maximum call stack size exceeded [Item 1]`,
	);
	expect(error?.description).toBe('Sentence afterUnreadableOutput.');
});

test('an output that is nested 10,000 deep comes out as JSON text, and all others as they are', async () => {
	let deep: unknown = 'core';
	for (let level = 0; level < 10_000; level++) deep = level % 2 ? [deep] : { a: deep };
	const { outputs = [] } = await operate({
		output: (request) => ({ text: 'plain', deep: request === 'item 1' ? deep : 1 }) as never,
	});
	expect(outputs.map(({ json }) => (json.output as { text: string }).text)).toEqual(
		Array(3).fill('plain'),
	);
	const text = (outputs[1].json.output as { deep: string }).deep;
	expect(text.startsWith('[{"a":[{"a":')).toBe(true);
	expect(text).toHaveLength(5_000 * 2 + 5_000 * 6 + '"core"'.length);
});

describe('Retry On Fail together with continue on error', () => {
	const node = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
	const failing = (times: number) => ({
		fails: ({ request, attempt }: { request: string; attempt: number }) =>
			request === 'item 0' && attempt <= times,
	});

	test('what failed is tried again in the node, and only that', async () => {
		const { outputs = [], service } = await operate({
			continueOnFail: true,
			node,
			settings: failing(1),
		});
		expect(outputs.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
		expect(paid(service, 3)).toEqual([2, 1, 1]);
	});

	test('after the last try the item is an error, and when n8n runs the node again nothing is started', async () => {
		const first = await operate({ continueOnFail: true, node, settings: failing(9) });
		expect(first.outputs?.map(messageOf)).toEqual([
			expect.stringMatching(/failed.*\[Item 0\]/),
			undefined,
			undefined,
		]);
		expect(paid(first.service, 3)).toEqual([3, 1, 1]);
		const second = await first.again();
		expect(second.outputs?.map(({ error }) => error?.message)).toEqual(
			first.outputs?.map(({ error }) => error?.message),
		);
		expect(paid(second.service, 3)).toEqual([3, 1, 1]);
	});

	test('an item whose parameters are not valid is not tried again', async () => {
		let reads = 0;
		const { outputs = [] } = await operate({
			continueOnFail: true,
			node,
			throwsAt: (boundary, request) => {
				if (boundary !== 'read' || request !== 'item 2') return undefined;
				reads += 1;
				return new Error('bad value');
			},
		});
		expect(messageOf(outputs[2])).toBe('bad value [Item 2]');
		expect(reads).toBe(1);
	});

	test('without Retry On Fail there is one try', async () => {
		const { service } = await operate({ continueOnFail: true, settings: failing(9) });
		expect(paid(service, 3)).toEqual([1, 1, 1]);
	});
});
