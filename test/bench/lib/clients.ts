/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** Programs without n8n that do the same work: as slowly, and as fast, as can be. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { DEFAULT_WORKFLOW } from '../../fakes/copyAi';
import type { FakeService } from './service';

/** From the first start to the last answer, ms since 1970. */
export interface Span {
	began: number;
	ended: number;
}

/** Between two looks of the one-after-the-other client, ms. */
export const POLL_MS = 1000;
/** How often the one that knows is told the ends of the runs, ms: less than any run takes. */
const TOLD_MS = 2000;

interface Api {
	start(row: number): Promise<string>;
	isOver(id: string): Promise<boolean>;
	close(): Promise<void>;
}

/** @param connections that are kept open: so many calls at once, further ones wait */
function api({ url, apiKey }: FakeService, connections: number): Api {
	const { origin, pathname } = new URL(url);
	const pool = new Pool(origin, { connections });
	const path = `${pathname}/workflow/${DEFAULT_WORKFLOW}/run`;
	const headers = { 'x-copy-ai-api-key': apiKey, 'content-type': 'application/json' };

	const ask = async (method: 'GET' | 'POST', at: string, body?: unknown) => {
		const answer = await pool.request({ method, path: at, headers, body: JSON.stringify(body) });
		const { data } = (await answer.body.json()) as { data: { id: string; status: string } };
		if (answer.statusCode !== 200) throw new Error(`The service answered ${answer.statusCode}`);
		return data;
	};
	return {
		async start(row) {
			const startVariables = { 'Input 1': `Product ${row}`, 'Input 2': 'playful' };
			return (await ask('POST', path, { startVariables, metadata: {} })).id;
		},
		isOver: async (id) => (await ask('GET', `${path}/${id}`)).status === 'COMPLETE',
		close: async () => await pool.close(),
	};
}

/** Starts a run, looks every second until it is over, and only then starts the next. */
export async function oneAfterTheOther(service: FakeService, runs: number): Promise<Span> {
	const { start, isOver, close } = api(service, 1);
	const began = Date.now();
	for (let row = 0; row < runs; row++) {
		const id = await start(row);
		do await sleep(POLL_MS);
		while (!(await isOver(id)));
	}
	const ended = Date.now();
	await close();
	return { began, ended };
}

/** Starts all runs, and reads each once, at the very moment it ends, which the service tells it aside. */
export async function knowingTheEnds(
	service: FakeService,
	runs: number,
	concurrency: number,
): Promise<Span> {
	const { start, isOver, close } = api(service, concurrency);
	const began = Date.now();
	let started = 0;
	const starting = Promise.all(
		Array.from({ length: runs }, async (_, row) => {
			await start(row);
			started++;
		}),
	);

	const reads = new Map<string, Promise<void>>();
	const readAtEnd = async (id: string, endsAt: number) => {
		await sleep(Math.max(0, endsAt - Date.now()));
		while (!(await isOver(id))) await sleep(1);
	};
	while (reads.size < runs) {
		await Promise.race([starting, sleep(TOLD_MS)]);
		const allStarted = started === runs;
		for (const { id, endsAt } of await service.runs()) {
			if (!reads.has(id)) reads.set(id, readAtEnd(id, endsAt));
		}
		if (allStarted && reads.size !== runs) throw new Error(`${reads.size} runs instead of ${runs}`);
	}
	await Promise.all(reads.values());
	const ended = Date.now();
	await close();
	return { began, ended };
}
