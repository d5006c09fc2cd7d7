import type { INodeExecutionData, IRun } from 'n8n-workflow';
import {
	answerQuestion,
	askProcesses,
	deriveToken,
	ExecutionStarter,
	isQuestion,
	mergeWorkflows,
	movedUrl,
	readStarted,
	RecentEvents,
	tellStarted,
} from '../../../nodes/shared/trigger';
import { VirtualClock } from '../runs/virtualClock';

describe('asking the processes of n8n', () => {
	/** Processes that answer by turns. */
	function answering(...processes: string[]) {
		let asked = 0;
		const send = async (body: unknown) => {
			expect(isQuestion(body)).toBe(true);
			const process = processes[asked++ % processes.length];
			return await Promise.resolve({ process, seen: [`of ${process}`], workflows: [process] });
		};
		return { send, asked: () => asked };
	}

	test.each([
		[['a'], 3],
		[['a', 'b'], 4],
		[['a', 'b', 'c'], 5],
		[['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'], 8],
	])('of which there are %j takes %d requests', async (processes, requests) => {
		const { send, asked } = answering(...processes);
		const shared = await askProcesses(send);
		expect(asked()).toBe(requests);
		expect(shared?.seen).toEqual(processes.slice(0, 8).map((process) => `of ${process}`));
	});

	test.each<[string, () => Promise<unknown>]>([
		['nobody answers', async () => await Promise.reject(new Error('ECONNREFUSED'))],
		['n8n is still starting', async () => await Promise.resolve('n8n is starting up')],
		['something else answers', async () => await Promise.resolve({ seen: ['x'] })],
	])('brings nothing when %s', async (_, send) => {
		expect(await askProcesses(send)).toBeUndefined();
	});

	test('each answers with what it has stored and what it remembers, and stores what only it knew', () => {
		const recent = new RecentEvents();
		recent.markStarted(['b'], 'W2');
		const data = { seen: ['a'], workflows: ['W1'] };
		expect(answerQuestion(data, recent)).toEqual({
			process: expect.any(String) as string,
			seen: ['a', 'b'],
			workflows: ['W1', 'W2'],
		});
		expect(data.seen).toEqual(['a', 'b']);
		expect(mergeWorkflows(['W2', 'W1'], recent)).toEqual(['W1', 'W2']);
	});
});

describe('telling other processes what was started', () => {
	const told = tellStarted(['a', 'b'], 'salt', 'key');

	test('is a question that says so', () => {
		expect(isQuestion(told)).toBe(true);
		expect(readStarted(told, 'salt', 'key')).toEqual(['a', 'b']);
	});

	test.each([
		['of other events', { ...told, started: ['a', 'c'] }],
		['without a signature', { ...told, signature: undefined }],
		['with the secret of the URL', { ...told, signature: deriveToken('salt', 'key') }],
		['with a signature that is no text', { ...told, signature: [told.signature] }],
	])('is not believed %s', (_, question) => {
		expect(readStarted(question, 'salt', 'key')).toEqual([]);
	});

	test('is not believed from whoever lacks the salt or the API key', () => {
		expect(readStarted(told, 'other', 'key')).toEqual([]);
		expect(readStarted(told, 'salt', 'other')).toEqual([]);
	});
});

describe('starting executions', () => {
	/** Counts the executions that run at the same time. */
	function starting(durationMs: number, begun = Promise.resolve()) {
		const clock = new VirtualClock();
		let running = 0;
		let most = 0;
		let started = 0;
		const emit = (_: INodeExecutionData[][], __: unknown, done?: { resolve(run: IRun): void }) => {
			started += 1;
			running += 1;
			most = Math.max(most, running);
			void clock.sleep(durationMs).then(() => {
				running -= 1;
				done?.resolve({} as IRun);
			});
		};
		const helpers = {
			createDeferredPromise() {
				let resolve!: (run: IRun) => void;
				const promise = new Promise<IRun>((done) => (resolve = done));
				return { promise, resolve, reject: () => undefined };
			},
		};
		const starter = new ExecutionStarter({ emit, helpers } as never, clock);
		const startAll = async (count: number) => {
			for (let n = 0; n < count; n++) {
				await starter.whenFree();
				await starter.start({ json: { n } }, String(n), begun);
			}
		};
		return { clock, startAll, most: () => most, started: () => started };
	}

	test('no more than five run at the same time', async () => {
		const { clock, startAll, most, started } = starting(300);
		await clock.run(startAll(50));
		expect([started(), most()]).toEqual([50, 5]);
		expect(clock.passed).toBeLessThan(300 * 11);
	});

	test('executions that nobody tells about are stored after two seconds', async () => {
		const { clock, startAll, most } = starting(3_600_000, new Promise(() => undefined));
		await clock.run(startAll(50));
		expect(most()).toBe(50);
		expect(clock.passed).toBe(100_000);
	});

	test('executions that take an hour do not hold up the others', async () => {
		const { clock, startAll, started } = starting(3_600_000);
		await clock.run(startAll(50));
		expect(started()).toBe(50);
		expect(clock.passed).toBeLessThan(70_000);
	});
});

test.each([
	[
		'https://a.com/webhook/1/webhook',
		'https://a.com/webhook-waiting/x',
		'https://a.com/webhook-waiting/x',
		'https://a.com/webhook/1/webhook',
	],
	[
		'https://a.com/webhook/1/webhook',
		'https://a.com/webhook-waiting/x',
		'https://b.com/n8n/webhook-waiting/x',
		'https://b.com/n8n/webhook/1/webhook',
	],
	[
		'https://a.com/n/hooks/1/webhook',
		'https://a.com/n/waiting/x',
		'http://c:5678/waiting/x',
		'http://c:5678/hooks/1/webhook',
	],
	[
		'https://a.com/webhook/1/webhook',
		'https://other.com/webhook-waiting/x',
		'https://b.com/webhook-waiting/x',
		undefined,
	],
	['https://a.com/webhook/1/webhook', '', 'https://b.com/webhook-waiting/x', undefined],
	['https://a.com/webhook/1/webhook', 'https://a.com/webhook-waiting/x', '', undefined],
])('%s, where %s has become %s, is now %s', (url, before, now, moved) => {
	expect(movedUrl(url, before, now)).toBe(moved);
});
