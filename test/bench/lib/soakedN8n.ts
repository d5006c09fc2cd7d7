/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error */
/** An n8n under a soak: takes runs and events in batches, and says what it holds between them. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { N8nClient, type WorkflowNode } from '../../../scripts/n8n/client';
import { latestN8n } from '../../../scripts/n8n/install';
import { type N8nInstance, startN8n } from '../../../scripts/n8n/instance';
import { packPackage } from '../../../scripts/n8n/pack';
import { temporaryFolder } from '../../../scripts/n8n/processes';
import { chain, node, until } from '../../e2e/n8nInstance';
import { count } from '../trigger';
import { EMPTY_TRIGGER, packEmptyTrigger } from './emptyTrigger';
import { copyAi, type Flow, passing } from './flows';
import { HEAP_PRELOAD, heapInUse } from './heap';
import { HEAP_MB } from './n8n';
import type { FakeService } from './service';
import { openOf, residentMb } from './usage';

/** The workflow whose events the trigger takes. */
export const EVENTS_WORKFLOW = 'WCFG-events';
const EVENTS_AT_ONCE = 5;
/** For the executions of a batch, ms. */
const TIMEOUT_MS = 120_000;

/** What n8n holds while nothing is under way. */
export interface Held {
	/** MB, garbage included. */
	resident: number;
	/** MB in use after all garbage was collected. */
	heap: number;
	files: number;
	sockets: number;
}

/** One batch of work. */
export interface Batch {
	/** How many items the flow gets. */
	items: number;
	/** Ids of the runs whose end the trigger is told. */
	events: string[];
}

export interface SoakedN8n {
	/**
	 * Does a batch to its end.
	 * @returns the most sockets that n8n had open meanwhile
	 * @throws Error when an execution is missing, there is one too many, or one did not go well
	 */
	work(batch: Batch): Promise<number>;
	look(): Promise<Held>;
	close(): Promise<void>;
}

/** Nodes that do the work of a batch. */
interface Drawing {
	flow: Flow;
	trigger: WorkflowNode;
	/** Where the trigger takes events, once it is active. */
	addressOf: (n8n: N8nInstance) => Promise<string>;
}

/** Start and Wait, and the Copy.ai Trigger. */
export async function openOurs(service: FakeService, concurrency: number): Promise<SoakedN8n> {
	return await open(service, await packPackage(), async (client) => {
		const { apiKey, url: baseUrl } = service;
		const credential = await client.createCredential('Copy.ai', 'copyAiApi', { apiKey, baseUrl });
		const { id, name } = credential;
		return {
			flow: copyAi('startAndWait', { service, credential }, concurrency),
			trigger: node(
				'Trigger',
				'n8n-nodes-copy-ai.copyAiTrigger',
				{ workflowId: { __rl: true, mode: 'id', value: EVENTS_WORKFLOW } },
				{ credentials: { copyAiApi: { id, name } } },
			),
			addressOf: async () => {
				const [webhook] = await until(
					async () => (await service.state()).webhooks,
					({ length }) => length > 0,
				);
				return webhook.url;
			},
		};
	});
}

/** The same items, events and executions, and nodes that do nothing with them: what n8n itself holds on to. */
export async function openControl(service: FakeService): Promise<SoakedN8n> {
	return await open(service, await packEmptyTrigger(), async () => ({
		flow: passing(),
		trigger: node('Trigger', EMPTY_TRIGGER, {}, { webhookId: 'empty' }),
		addressOf: async ({ url }) => `${url}/webhook/empty/webhook`,
	}));
}

async function open(
	service: FakeService,
	tgz: string,
	draw: (client: N8nClient) => Promise<Drawing>,
): Promise<SoakedN8n> {
	const heaps = join(temporaryFolder('n8n-soak-'), 'heaps');
	const n8n = await startN8n({
		version: latestN8n,
		packages: [tgz],
		env: {
			NODE_OPTIONS: `--max-old-space-size=${HEAP_MB} --import=${HEAP_PRELOAD}`,
			BENCH_HEAPS: heaps,
		},
	});
	try {
		const client = new N8nClient(n8n.url);
		await client.setupOwner();
		const { flow, trigger, addressOf } = await draw(client);
		const { id: flowId } = await client.createWorkflow(flow.workflow);
		await client.activate(flowId);
		const { id: triggerId } = await client.createWorkflow(chain('Events', trigger));
		await client.activate(triggerId);
		const address = await addressOf(n8n);

		let batches = 0;
		let eventsSent = 0;
		return {
			async work({ items, events }) {
				const unwatch = watchSockets(n8n);
				const { status } = await client.callWebhook(flow.path, { items });
				if (status !== 200) throw new Error(`The webhook answered ${status}`);
				await deliverAll(service, address, events);
				await untilDone(client, flowId, ++batches);
				await untilDone(client, triggerId, (eventsSent += events.length));
				return unwatch();
			},
			look: async () => await heldBy(pidOf(n8n), heaps),
			close: n8n.close,
		};
	} catch (error) {
		await n8n.close();
		throw error;
	}
}

async function deliverAll(service: FakeService, address: string, runs: string[]): Promise<void> {
	const queue = runs.values();
	const deliver = async () => {
		for (const run of queue) {
			// n8n knows an address a moment after the activation. Nothing else is sent again: the control would take it twice.
			await until(
				async () => await service.deliver(address, 'workflowRun.completed', run),
				(status) => status !== 404,
			);
		}
	};
	await Promise.all(Array.from({ length: EVENTS_AT_ONCE }, deliver));
}

/** Waits until so many executions of a workflow have gone well. */
async function untilDone(client: N8nClient, workflowId: string, expected: number): Promise<void> {
	const deadline = Date.now() + TIMEOUT_MS;
	for (;;) {
		const done = await count(client, workflowId);
		if (done === expected) return;
		if (done > expected || Date.now() > deadline) {
			throw new Error(`${done} executions went well instead of ${expected}`);
		}
		await sleep(1000);
	}
}

/** @returns a function that ends it and says the most sockets that were open */
function watchSockets(n8n: N8nInstance): () => number {
	let most = 0;
	const timer = setInterval(() => {
		if (n8n.pid !== undefined) most = Math.max(most, openOf(n8n.pid).sockets);
	}, 100).unref();
	return () => {
		clearInterval(timer);
		return most;
	};
}

async function heldBy(pid: number, heaps: string): Promise<Held> {
	const resident = residentMb(pid);
	const open = openOf(pid);
	return { resident, ...open, heap: await heapInUse(pid, heaps) };
}

function pidOf(n8n: N8nInstance): number {
	if (n8n.pid === undefined) throw new Error(`n8n has ended:\n${n8n.log()}`);
	return n8n.pid;
}
