/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { request } from 'node:http';
import { listen, type FakeServer } from '../../fakes/core';
import { useVirtualTime } from '../../support/virtualTime';

useVirtualTime();

const HOUR_MS = 3_600_000;
const realTime = process.hrtime.bigint;

const service = {
	settings: { latencyMs: 0, dripMs: 1000 },
	answer: () => ({ status: 200, headers: {}, body: 'x'.repeat(10_000_000) }),
};
let server: FakeServer;

beforeAll(async () => (server = await listen(service, {})));
afterEach(() => (service.settings.latencyMs = 0));
afterAll(async () => await server.close());

const wait = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

/** Reads a page from the server. @returns its length */
async function read(): Promise<number> {
	return await new Promise((resolve, reject) => {
		let length = 0;
		request(server.origin, (response) => {
			response.on('data', (chunk: Buffer) => (length += chunk.length));
			response.on('end', () => resolve(length));
		})
			.on('error', reject)
			.end();
	});
}

test('an hour passes on every clock, and takes less than a second', async () => {
	const began = { date: Date.now(), clock: performance.now(), real: realTime() };
	await wait(HOUR_MS);
	expect(Date.now() - began.date).toBe(HOUR_MS);
	expect(performance.now() - began.clock).toBe(HOUR_MS);
	expect(Number(realTime() - began.real) / 1e6).toBeLessThan(1000);
});

test('a wait for a fraction of a millisecond ends, after one', async () => {
	const began = Date.now();
	await wait(0.3);
	expect(Date.now() - began).toBe(1);
});

test('no time passes while a large answer is on its way', async () => {
	const began = Date.now();
	const first = await Promise.race([read(), wait(1)]);
	expect(first).toBe(10_000_000);
	expect(Date.now() - began).toBe(0);
});

test('time passes while a server takes its time to answer', async () => {
	service.settings.latencyMs = 5000;
	const began = Date.now();
	await read();
	expect(Date.now() - began).toBe(5000);
});

test('many wait beside each other, and each wakes in its turn', async () => {
	const woken: number[] = [];
	const delays = [30, 10, 20];
	await Promise.all(
		delays.map(async (delay) => {
			await wait(delay);
			woken.push(delay);
		}),
	);
	expect(woken).toEqual([10, 20, 30]);
});
