/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** The n8n under measurement: executes flows and says what each took. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Credential, Execution, Json, NodeRun } from '../../../scripts/n8n/client';
import { N8nClient } from '../../../scripts/n8n/client';
import { latestN8n } from '../../../scripts/n8n/install';
import { startN8n } from '../../../scripts/n8n/instance';
import { temporaryFolder } from '../../../scripts/n8n/processes';
import { until } from '../../e2e/n8nInstance';
import type { FakeService } from './service';
import { BRINGING, type Flow } from './flows';
import { HEAP_PRELOAD, heapInUse } from './heap';
import { residentMb, untilIdle, watch } from './usage';

/** Times are ms, those of a moment since 1970. */
export interface Measured {
	/** From the first working node's start to the last one's end. */
	began: number;
	ended: number;
	/** The most memory that n8n and its task runner had, above what they had idle before, MB. */
	memoryMb: number;
	/** Time on a processor, of the whole execution. */
	cpuMs: number;
	/** Longest time in one piece that n8n's event loop was kept busy by code while the working nodes worked. */
	blockMs: number;
	/** The same by the clock: with garbage collection, and with waiting for a processor that others used. */
	clockBlockMs: number;
	/** As `blockMs`, outside of them: while n8n brings the items and saves the execution. */
	outsideBlockMs: number;
	/** JSON of the items that came out at the end. */
	items: Json[];
}

export interface Lab {
	/** Saves a credential of this type for the service. */
	credential(type: string, service: FakeService): Promise<Credential>;
	/** Starts n8n anew, executes the flow with one item so that all it needs is loaded, waits until n8n is idle. */
	refresh(flow: Flow): Promise<void>;
	/** Executes the flow with so many items. */
	execute(flow: Flow, items: number): Promise<Measured>;
	/** Executes the flow several times at once, each with so many items. @returns when the work of each began and ended */
	executeTogether(
		flow: Flow,
		items: number,
		times: number,
	): Promise<Array<Pick<Measured, 'began' | 'ended'>>>;
	/**
	 * Executes the flow several times at once, each with so many items.
	 *
	 * @param sleeps whether its node sleeps while it waits
	 */
	hold(flow: Flow, items: number, times: number, sleeps: boolean): Promise<Held>;
	close(): Promise<void>;
}

/** What n8n held after many executions, and what came of them. */
export interface Held {
	/**
	 * Without garbage, once all were asleep, or had ended, above what it held idle before: its heap in use, and the memory of
	 * its process, MB.
	 */
	heapMb: number;
	residentMb: number;
	/** JSON of the items that came out at the end, and when that was, ms since 1970: of each execution. */
	executions: Array<{ items: Json[]; ended: number }>;
}

type TimedRun = NodeRun & { startTime: number };

/** Enough for n8n. With more it only collects its garbage later. */
export const HEAP_MB = 1024;
const withinMs = 15 * 60_000;
const over = ['success', 'error', 'canceled', 'crashed'];

/**
 * @param packages .tgz files of community packages
 * @param say takes a line that tells how an installation goes on
 */
export async function openLab(packages: string[], say: (line: string) => void): Promise<Lab> {
	const folder = temporaryFolder('n8n-bench-');
	const ticks = join(folder, 'ticks');
	const heaps = join(folder, 'heaps');
	const ticker = pathToFileURL(join(__dirname, 'ticker.mjs')).href;
	const n8n = await startN8n({
		version: latestN8n,
		packages,
		say,
		env: {
			NODE_OPTIONS: `--max-old-space-size=${HEAP_MB} --import=${ticker} --import=${HEAP_PRELOAD}`,
			BENCH_TICKER: ticks,
			BENCH_HEAPS: heaps,
		},
	});
	const client = new N8nClient(n8n.url);
	await client.setupOwner();
	/** Ids by path of the flows that n8n has. */
	const known = new Map<string, string>();

	const pidOf = () => {
		if (n8n.pid === undefined) throw new Error(`n8n has ended:\n${n8n.log()}`);
		return n8n.pid;
	};

	const install = async ({ path, workflow }: Flow): Promise<string> => {
		const id = known.get(path) ?? (await client.createWorkflow(workflow)).id;
		if (!known.has(path)) await client.activate(id);
		known.set(path, id);
		return id;
	};

	/** Without garbage, MB. */
	const held = async () => {
		const pid = pidOf();
		await untilIdle(pid);
		const heapMb = await heapInUse(pid, heaps);
		return { heapMb, residentMb: residentMb(pid) };
	};

	const callTogether = async (flow: Flow, items: number, times: number): Promise<void> => {
		const calls = Array.from(
			{ length: times },
			async () => await client.callWebhook(flow.path, { items }),
		);
		await Promise.all(calls);
	};

	const execute = async (flow: Flow, items: number): Promise<Measured> => {
		const workflowId = await install(flow);
		const { length: before } = await client.executions(workflowId);
		const { memoryMb: idleMb } = await untilIdle(pidOf());
		const unwatch = watch(pidOf());
		const called = Date.now();
		const { status, body } = await client.callWebhook(flow.path, { items });
		if (status !== 200) throw new Error(`The webhook answered ${status}: ${JSON.stringify(body)}`);
		const [id] = await ended(client, workflowId, before);
		// What n8n still has to do after it has saved the execution.
		await sleep(500);
		const { memoryMb, cpuMs } = unwatch();

		const execution = await client.execution(id);
		const { began, ended: end } = spanOf(execution);
		const blocks = blocksOf(`${ticks}.${pidOf()}`, called);
		const inside = blocks.filter((block) => block.end > began && block.end - block.ms < end);
		const outside = blocks.filter((block) => !inside.includes(block));
		return {
			began,
			ended: end,
			memoryMb: memoryMb - idleMb,
			cpuMs,
			blockMs: longest(inside.map(({ ownMs }) => ownMs)),
			clockBlockMs: longest(inside.map(({ ms }) => ms)),
			outsideBlockMs: longest(outside.map(({ ownMs }) => ownMs)),
			items: outputOf(execution),
		};
	};

	return {
		credential: async (type, { apiKey, url }) =>
			await client.createCredential(type, type, { apiKey, baseUrl: url }),
		execute,
		async executeTogether(flow, items, times) {
			const workflowId = await install(flow);
			const { length: before } = await client.executions(workflowId);
			await callTogether(flow, items, times);
			const ids = await ended(client, workflowId, before, times);
			return await Promise.all(ids.map(async (id) => spanOf(await client.execution(id))));
		},
		async hold(flow, items, times, sleeps) {
			const workflowId = await install(flow);
			const idle = await held();
			// Each that sleeps has a helper execution, which the list has under the same workflow.
			const count = async (status: string[]) =>
				await client.countExecutions({ workflowId, status });
			const untilCount = async (status: string[], wanted: number) =>
				await until(
					async () => await count(status),
					(found) => found === wanted,
					withinMs,
				);
			const before = await count(over);
			await callTogether(flow, items, times);
			if (sleeps) await untilCount(['waiting'], 2 * times);
			else await untilCount(over, before + times);
			const later = await held();
			if (sleeps) await untilCount(over, before + 2 * times);
			const all = await client.allExecutions({ workflowId });
			const called = all.filter(({ mode }) => mode === 'webhook').slice(0, times);
			const executions: Held['executions'] = [];
			for (const { id } of called) {
				const execution = await client.execution(id);
				executions.push({ items: outputOf(execution), ended: spanOf(execution).ended });
			}
			return {
				heapMb: later.heapMb - idle.heapMb,
				residentMb: later.residentMb - idle.residentMb,
				executions,
			};
		},
		async refresh(flow) {
			await n8n.stop();
			await n8n.start();
			await execute(flow, 1);
		},
		close: n8n.close,
	};
}

/** @returns ids of the executions that come after so many others of their workflow, when they have ended */
async function ended(
	client: N8nClient,
	workflowId: string,
	before: number,
	count = 1,
): Promise<string[]> {
	const deadline = Date.now() + withinMs;
	while (Date.now() < deadline) {
		const executions = await client.executions(workflowId);
		const newest = executions.slice(0, executions.length - before);
		const areOver = newest.every(({ status }) => over.includes(status));
		if (newest.length >= count && areOver) return newest.map(({ id }) => id);
		await sleep(500);
	}
	throw new Error(`The execution is not over after ${withinMs / 60_000} minutes`);
}

/** @throws Error unless the execution went well */
function spanOf(execution: Execution): Pick<Measured, 'began' | 'ended'> {
	const working = workOf(execution);
	return {
		began: Math.min(...working.map(({ startTime }) => startTime)),
		ended: Math.max(...working.map((run) => run.startTime + run.executionTime)),
	};
}

/** @throws Error unless the execution went well */
function workOf({ id, status, data }: Execution): TimedRun[] {
	const { runData, error } = data.resultData;
	if (status !== 'success') throw new Error(`Execution ${id} ended ${status}: ${error?.message}`);
	return Object.entries(runData)
		.filter(([name]) => !BRINGING.includes(name))
		.flatMap(([, runs]) => runs as TimedRun[]);
}

function outputOf({ data }: Execution): Json[] {
	const { runData, lastNodeExecuted = '' } = data.resultData;
	const last = runData.Done ?? runData[lastNodeExecuted] ?? [];
	return last.flatMap((run) => (run.data?.main[0] ?? []).map(({ json }) => json));
}

/** Times are ms, the end's since 1970. */
interface Block {
	end: number;
	ms: number;
	/** Without garbage collection and without waiting for a processor. */
	ownMs: number;
}

function blocksOf(file: string, since: number): Block[] {
	if (!existsSync(file)) return [];
	const lines = readFileSync(file, 'utf8').trim().split('\n');
	const notes = lines.map((line) => {
		const [what, ...times] = line.split(' ');
		const [end, ms, cpuMs] = times.map(Number);
		return { what, end, ms, cpuMs };
	});
	const collections = notes.filter(({ what }) => what === 'gc');
	return notes
		.filter(({ what, end }) => what === 'block' && end > since)
		.map(({ end, ms, cpuMs }) => {
			const inGc = collections.reduce(
				(sum, gc) => sum + Math.max(0, Math.min(end, gc.end) - Math.max(end - ms, gc.end - gc.ms)),
				0,
			);
			return { end, ms, ownMs: Math.min(ms - inGc, cpuMs) };
		});
}

function longest(blocks: number[]): number {
	return Math.max(0, ...blocks);
}
