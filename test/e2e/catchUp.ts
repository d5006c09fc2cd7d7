/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Execution, N8nClient, type Workflow } from '../../scripts/n8n/client';
import type { N8nVersion } from '../../scripts/n8n/install';
import { startN8n } from '../../scripts/n8n/instance';
import { temporaryFolder } from '../../scripts/n8n/processes';
import type { RunRecord } from '../fakes/copyAi';
import { withCheckInterval } from './fasterPackage';
import { chain, copyAiTrigger, node, openSite, type Site, until, WORKFLOW } from './n8nInstance';
import { secretIn, secretsCheck } from './secrets';
import type { Table } from './table';

/** How long "within a minute" is. */
const MINUTE_MS = 60_000;
const DARK = 1000;
const CAUGHT_UP = 500;

/** An active workflow with a trigger for one Copy.ai workflow, and what its executions started with. */
interface Active {
	workflow: Workflow;
	/** Run IDs, in the order of the executions. */
	ids(): Promise<unknown[]>;
	/** How many executions there are; nothing else runs meanwhile. */
	count(): Promise<number>;
}

async function activate(site: Site, name: string, events?: string[]): Promise<Active> {
	const { client, fake, secrets } = site;
	const workflow = await client.createWorkflow(
		chain(
			name,
			copyAiTrigger(site, {
				workflowId: { __rl: true, mode: 'id', value: WORKFLOW },
				...(events && { events }),
			}),
			node('End', 'n8n-nodes-base.noOp'),
		),
	);
	await client.activate(workflow.id);
	const [{ url }] = await until(
		async () => fake.webhooks,
		(list) => list.length === (events ?? ['']).length,
	);
	secrets.push(secretIn(url));
	const before = await newestId(client);
	return {
		workflow,
		ids: async () => await startedWith(client, workflow.id),
		count: async () => await countSince(client, workflow.id, before),
	};
}

/** All of a workflow's executions, oldest first. n8n lists the newest hundred; their IDs are counted up. */
async function allExecutions(client: N8nClient, workflowId: string): Promise<Execution[]> {
	const [newest] = await client.executions(workflowId);
	const ids = Array.from({ length: Number(newest?.id ?? 0) }, (_, n) => String(n + 1));
	const found: Execution[] = [];
	for (const id of ids) {
		const execution = await client.execution(id).catch(() => undefined);
		if (execution?.workflowId === workflowId) found.push(execution);
	}
	return found;
}

/** The run that each execution started with, also one that was under way when n8n was killed. */
async function startedWith(client: N8nClient, workflowId: string): Promise<unknown[]> {
	return (await allExecutions(client, workflowId)).map(({ id, status, data }) => {
		const { executionData, resultData } = data;
		const output = resultData.runData.Trigger?.[0].data?.main[0]?.[0];
		const input = executionData?.nodeExecutionStack?.[0]?.data.main[0]?.[0];
		const item = output ?? input;
		return item?.json.id ?? `nothing, in execution ${id}, which is ${status}`;
	});
}

async function newestId(client: N8nClient): Promise<number> {
	const { results } = await client.request<{ results: Array<{ id: string }> }>(
		'GET',
		'/executions?limit=1&filter={}',
	);
	return Number(results[0]?.id ?? 0);
}

/** How many executions of a workflow there are, of those that follow one of another workflow. */
async function countSince(client: N8nClient, workflowId: string, before: number): Promise<number> {
	const [newest] = await client.executions(workflowId);
	return newest ? Number(newest.id) - before : 0;
}

const idsOf = (runs: RunRecord[]) => runs.map(({ id }) => id);

function ended(site: Site, count: number): RunRecord[] {
	const from = Date.now() - count;
	return site.fake.seedRuns(
		Array.from({ length: count }, (_, n) => ({ workflowId: WORKFLOW, createdAt: from + n })),
	);
}

/** Copy.ai delivers the events of these runs, one after the other; n8n must answer 200 to each. */
async function deliver({ fake }: Site, runs: RunRecord[]): Promise<void> {
	for (const { id } of runs) {
		await until(
			async () => await fake.deliver(fake.webhooks[0].id, 'workflowRun.completed', id),
			(status) => status === 200,
		);
	}
}

async function restart({ n8n, client }: Site, how: 'kill' | 'stop', meanwhile: () => void) {
	await (how === 'kill' ? n8n.kill() : n8n.stop(60_000));
	meanwhile();
	await n8n.start();
	await client.login();
}

/** Three events while n8n is up, five while it isn't. @returns how long it took to catch up */
async function overDowntime(site: Site, how: 'kill' | 'stop'): Promise<string> {
	const { client } = site;
	const old = ended(site, 4);
	const { workflow, ids } = await activate(site, `catch up after ${how}`);
	const delivered = ended(site, 3);
	await deliver(site, delivered);
	await until(
		async () => await client.executions(workflow.id),
		(list) => list.length === 3 && list.every(({ status }) => status === 'success'),
	);
	let missed: RunRecord[] = [];
	await restart(site, how, () => {
		missed = ended(site, 5);
	});
	const began = Date.now();
	await until(
		async () => await client.executions(workflow.id),
		(list) => list.length >= 8 && list.every(({ status }) => status === 'success'),
		MINUTE_MS,
	);
	const took = Date.now() - began;
	// The last event is saved just after its execution has begun; the row on kills in the middle has what is between them.
	await sleep(5_000);
	await restart(site, how, () => undefined);
	// Longer than the first check takes.
	await sleep(30_000);
	const started = await ids();
	assert.deepEqual(started.slice(0, 3), idsOf(delivered));
	assert.deepEqual(started.slice(3), idsOf(missed));
	for (const { id } of old) assert.ok(!started.includes(id));
	return `${(took / 1000).toFixed(1)} s after n8n was up; ${started.length} executions, also after another restart`;
}

/** What n8n answers meanwhile: the editor's first call, four times a second. */
function measureResponses(url: string) {
	const times: number[] = [];
	let isOn = true;
	const measuring = (async () => {
		while (isOn) {
			const began = performance.now();
			await fetch(`${url}/rest/settings`).then(async (response) => await response.text());
			times.push(performance.now() - began);
			await sleep(250);
		}
	})();
	return async () => {
		isOn = false;
		await measuring;
		times.sort((one, other) => one - other);
		const at = (share: number) => Math.round(times[Math.floor((times.length - 1) * share)]);
		return `median ${at(0.5)} ms, 95 % ${at(0.95)} ms, longest ${at(1)} ms`;
	};
}

async function inTheDark(site: Site): Promise<string> {
	const { n8n } = site;
	const { ids, count } = await activate(site, 'a thousand in the dark');
	const delivered = ended(site, 3);
	await deliver(site, delivered);
	await sleep(2000);
	let runs: RunRecord[] = [];
	await restart(site, 'kill', () => {
		runs = ended(site, DARK);
	});
	const began = Date.now();
	const measured = measureResponses(n8n.url);
	await until(
		async () => {
			await sleep(1000);
			return await count();
		},
		(started) => started >= CAUGHT_UP + 3,
		600_000,
	);
	const took = (Date.now() - began) / 1000;
	const responses = await measured();
	await sleep(15_000);
	assert.deepEqual((await ids()).slice(3), idsOf(runs.slice(DARK - CAUGHT_UP)));
	const log = readFileSync(n8n.logFile, 'utf8');
	assert.match(log, /skipped 500 missed events/);
	for (const { id } of runs.slice(0, DARK - CAUGHT_UP))
		assert.ok(log.includes(id), `${id} is not in the log`);
	return `${CAUGHT_UP} executions in ${took.toFixed(0)} s; n8n answers meanwhile: ${responses}`;
}

/** n8n is killed in the middle of catching up, several times: nothing is lost, and n8n 2 starts nothing twice. */
async function killedMeanwhile(site: Site): Promise<string> {
	const { n8n } = site;
	const { ids, count } = await activate(site, 'killed while catching up');
	let runs: RunRecord[] = [];
	await restart(site, 'kill', () => {
		runs = ended(site, 60);
	});
	const kills = 2;
	for (let n = 1; n <= kills; n++) {
		const before = await count();
		await until(count, (started) => started >= before + 10, MINUTE_MS);
		await restart(site, 'kill', () => undefined);
	}
	await until(count, (started) => started >= runs.length, 2 * MINUTE_MS);
	await sleep(15_000);
	const started = await ids();
	const doubles = started.length - new Set(started).size;
	assert.deepEqual(new Set(started), new Set(idsOf(runs)));
	assert.ok(doubles <= (n8n.version.startsWith('1.') ? kills : 0), `${doubles} double`);
	return `${kills} kills: 0 lost, ${doubles} double of ${runs.length}`;
}

/** Registrations that went while n8n was down come back when it starts. */
async function repaired(site: Site): Promise<void> {
	const { fake } = site;
	await activate(site, 'repaired', ['workflowRun.completed', 'workflowRun.failed']);
	const before = fake.webhooks.map(({ url, eventType }) => [url, eventType]);
	await restart(site, 'kill', () => {
		fake.service.answer({
			method: 'DELETE',
			path: `/api/webhook/${fake.webhooks[0].id}`,
			query: {},
			headers: { 'x-copy-ai-api-key': fake.settings.apiKey },
			body: undefined,
		});
		assert.equal(fake.webhooks.length, 1);
	});
	const after = await until(
		async () => fake.webhooks.map(({ url, eventType }) => [url, eventType]),
		(list) => list.length === 2,
	);
	assert.deepEqual(after.sort(), before.sort());
}

/** A copy of the database at another address, which is also how a changed public address looks to the trigger. */
async function cloned(site: Site): Promise<void> {
	const { n8n, client, fake } = site;
	const { workflow, ids } = await activate(site, 'cloned');
	const [{ id, url }] = fake.webhooks;
	await n8n.stop(60_000);
	const userFolder = temporaryFolder('n8n-clone-');
	await cp(n8n.userFolder, userFolder, { recursive: true });
	const clone = await startN8n({ version: n8n.version, userFolder });
	try {
		const registered = await until(
			async () => [...fake.webhooks],
			(list) => list.length === 2,
			MINUTE_MS,
		);
		const [, moved] = registered;
		assert.ok(moved.url.startsWith(`${clone.url}/`), moved.url);
		await until(
			async () => clone.log(),
			(log) => log.includes(`left webhook ${id} (workflowRun.completed) in place`),
		);
		await n8n.start();
		await client.login();
		const [toOriginal, toClone] = ended(site, 2);
		for (const [webhook, run] of [
			[url, toOriginal],
			[moved.url, toClone],
		] as const) {
			await until(
				async () => await fake.deliver(webhook, 'workflowRun.completed', run.id),
				(status) => status === 200,
			);
		}
		assert.deepEqual(fake.webhooks, registered);
		assert.equal((await ids())[0], toOriginal.id);

		const cloneClient = new N8nClient(clone.url);
		await cloneClient.login();
		await cloneClient.deactivate(workflow.id);
		const left = await until(
			async () => [...fake.webhooks],
			(list) => list.length === 1,
		);
		assert.deepEqual(left, registered.slice(0, 1));
	} finally {
		await clone.close();
		await rm(userFolder, { recursive: true, force: true, maxRetries: 5 });
	}
}

/** Every second delivery is lost while n8n is up. */
async function lossy({ n8n }: Site, packages: string[]): Promise<string> {
	const intervalMs = 5_000;
	const faster = await withCheckInterval(packages[0], intervalMs);
	const site = await openSite(n8n.version, [faster]);
	try {
		const { fake } = site;
		const { ids, count } = await activate(site, 'lossy');
		fake.set({ deliveries: { lost: 0.5 }, durationMs: [200, 4000] });
		const runs = 30;
		for (let n = 0; n < runs; n++) {
			await fetch(`${fake.url}/workflow/${WORKFLOW}/run`, {
				method: 'POST',
				headers: { 'x-copy-ai-api-key': fake.settings.apiKey, 'content-type': 'application/json' },
				body: JSON.stringify({ startVariables: { 'Input 1': `product ${n}` } }),
			});
			await sleep(300);
		}
		await until(count, (started) => started >= runs, 120_000);
		await sleep(20_000);
		const lost = fake.deliveries.filter(({ outcome }) => outcome === 'lost').length;
		const started = await ids();
		assert.equal(started.length, runs);
		assert.deepEqual(new Set(started), new Set(fake.runs.map(({ id }) => id)));
		assert.ok(lost >= runs / 4);
		return `${runs} runs, ${lost} deliveries lost, ${started.length} executions`;
	} finally {
		await site.close();
	}
}

type Check = (site: Site) => Promise<string | void>;

/** A workflow in n8n's list: 2.x names the version that is active. */
interface Listed {
	id: string;
	active?: boolean;
	activeVersionId?: string | null;
}

/** A row after which no workflow of its own is active, whatever came of it. */
function tidy(check: Check): Check {
	return async (site) => {
		try {
			return await check(site);
		} finally {
			const { client, n8n } = site;
			if (!n8n.pid) await n8n.start();
			const list = await client.request<Listed[]>('GET', '/workflows');
			for (const { id, active, activeVersionId } of list) {
				if (active || activeVersionId) await client.deactivate(id);
			}
			await until(
				async () => site.fake.webhooks.length,
				(count) => count === 0,
			);
		}
	};
}

/**
 * What the trigger does without a delivery, in one n8n with SQLite, as a table's rows.
 *
 * @param only runs just the rows whose name holds this
 */
export async function catchUp(
	table: Table,
	version: N8nVersion,
	packages: string[],
	only?: string,
): Promise<void> {
	const site = await openSite(version, packages);
	try {
		// The key, and the secret of each row's trigger but for the one that has an n8n of its own.
		const all = { ...checksWith(packages), ...secretsCheck(7) };
		for (const [what, check] of Object.entries(all)) {
			if (only && !what.includes(only)) continue;
			site.fake.reset();
			await table.row(`n8n ${version}`, what, async () => await tidy(check)(site));
		}
	} finally {
		await site.close();
	}
}

const checksWith = (packages: string[]): Record<string, Check> => ({
	'the trigger catches up: five runs end while n8n is dead after a kill -9': async (site) =>
		await overDowntime(site, 'kill'),
	'the trigger catches up: five runs end while n8n is down after a SIGTERM': async (site) =>
		await overDowntime(site, 'stop'),
	'the trigger catches up: every second delivery is lost while n8n is up': async (site) =>
		await lossy(site, packages),
	'the trigger catches up: n8n is killed in the middle of it': killedMeanwhile,
	'the trigger catches up: a webhook that is gone is registered again when n8n starts': repaired,
	"a clone of n8n, or n8n at another address, leaves the trigger's webhooks alone": cloned,
	'the trigger catches up: 1,000 runs end in the dark': inTheDark,
});
