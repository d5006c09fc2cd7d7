/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error */
import { randomUUID } from 'crypto';
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withB3osJobs } from '../../b3os/test/e2e/queue';
import { N8nClient, type Credential, type WorkflowNode } from '../../scripts/n8n/client';
import { ensureN8n, type N8nVersion } from '../../scripts/n8n/install';
import { type N8nInstance, type N8nOptions, startN8n } from '../../scripts/n8n/instance';
import { packPackage } from '../../scripts/n8n/pack';
import { type FakeCopyAi, type RunRecord, startFakeCopyAi } from '../fakes/copyAi';
import { startBalancer } from './balancer';
import { withCheckInterval, withShortSleep } from './fasterPackage';
import { database, PG } from './postgres';
import { chain, copyAi, copyAiTrigger, hook, node, rows, until, WORKFLOW } from './n8nInstance';
import { beginB3os } from './sleepB3os';
import type { Table } from './table';

const b3osFolder = resolve(__dirname, '../../b3os');
const JOBS = 300;
const B3OS_JOBS = 40;
/** As long as a worker that is stopped may take to finish its executions; n8n's usual 30 s are few on a busy machine. */
const SHUTDOWN_S = 180;
/** Longer than the minute in which the B3OS node is awake. */
const LONG_RUN_MS = 150_000;
/** Between two checks for missed events. */
const CHECK_INTERVAL_MS = 5_000;

/**
 * n8n in queue mode, as those run it who outgrew one machine: PostgreSQL, Redis, one main, two webhook processes and two
 * workers, each a process of its own.
 */
export async function queue(
	table: Table,
	version: N8nVersion,
	packages: string[],
	only?: string,
): Promise<void> {
	const where = `n8n ${version}, queue mode`;
	// Missed events are looked for all the time: none of the rows may start anything twice.
	const faster = await withCheckInterval(packages[0], CHECK_INTERVAL_MS);
	const cluster = await openCluster(version, [
		await withShortSleep(faster),
		await packPackage(b3osFolder),
	]);
	const row = async (what: string, check: () => Promise<string>) => {
		if (!only || what.includes(only)) await table.row(where, what, check);
	};
	try {
		await row(
			`${JOBS} executions with start keys, a worker killed in the middle`,
			async () => await survive(cluster, 'kill', copyAiJobs(cluster, 'kill')),
		);
		await row(
			`${JOBS} executions with start keys, a worker stopped politely`,
			async () => await survive(cluster, 'stop', copyAiJobs(cluster, 'stop')),
		);
		await row(
			`B3OS: ${B3OS_JOBS} executions with run IDs, a worker killed in the middle`,
			async () =>
				withB3osJobs(
					cluster.client,
					B3OS_JOBS,
					async (jobs) => await survive(cluster, 'kill', jobs),
				),
		);
		await row(
			`${JOBS} trigger deliveries over both webhook processes`,
			async () => await deliveries(cluster),
		);
		await row(
			'the trigger catches up: the main process is killed, twice',
			async () => await mainKilled(cluster),
		);
		await row(
			'a service that limits its rate: each of two new workers finds its share',
			async () => await sharedRate(cluster),
		);
		if (version.startsWith('2.')) {
			await row(
				'Sleep While Waiting: main and both workers are killed in the sleep',
				async () => await allKilled(cluster),
			);
		}
	} finally {
		await cluster.close();
	}
}

/** A row of n8n's list of executions. */
interface Row {
	id: string;
	status: string;
}

interface Cluster {
	version: N8nVersion;
	main: N8nInstance;
	client: N8nClient;
	fake: FakeCopyAi;
	credential: Credential;
	webhooks: N8nInstance[];
	workers: N8nInstance[];
	addWorker(): Promise<void>;
	/** Runs a statement in n8n's own database. */
	sql(statement: string): Promise<Row[]>;
	close(): Promise<void>;
}

async function openCluster(version: N8nVersion, packages: string[]): Promise<Cluster> {
	const { folder } = await ensureN8n(version);
	const name = `copy_ai_e2e_${randomUUID().slice(0, 8)}`;
	const server = database(folder, 'postgres');
	await server(`CREATE DATABASE ${name}`);
	const fake = await startFakeCopyAi({ durationMs: [4000, 8000] });
	const open: N8nInstance[] = [];
	const balancer = await startBalancer();
	const env = {
		WEBHOOK_URL: balancer.url,
		EXECUTIONS_MODE: 'queue',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: PG.host,
		DB_POSTGRESDB_USER: PG.user,
		DB_POSTGRESDB_DATABASE: name,
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_PREFIX: name,
		N8N_REDIS_KEY_PREFIX: name,
		N8N_ENCRYPTION_KEY: randomUUID(),
		N8N_CONCURRENCY_PRODUCTION_LIMIT: '60',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: String(SHUTDOWN_S),
		// A dead worker is noticed in seconds here, not in the usual minute.
		QUEUE_WORKER_LOCK_DURATION: '10000',
		QUEUE_WORKER_LOCK_RENEW_TIME: '3000',
		QUEUE_WORKER_STALLED_INTERVAL: '5000',
		// Several processes write lists of nodes into this folder at their start.
		N8N_REINSTALL_MISSING_PACKAGES: 'false',
	};
	const launch = async (command: N8nOptions['command']) => {
		const instance = await startN8n({ version, packages, env, command });
		open.push(instance);
		return instance;
	};
	const close = async () => {
		await Promise.all(open.map(async (instance) => await instance.close()));
		await fake.close();
		await balancer.close();
		await server(`DROP DATABASE ${name} WITH (FORCE)`);
	};
	try {
		const main = await launch('start');
		const client = new N8nClient(main.url);
		await client.setupOwner();
		const credential = await client.createCredential('Copy.ai', 'copyAiApi', {
			apiKey: fake.settings.apiKey,
			baseUrl: fake.url,
		});
		const workers = [await launch('worker'), await launch('worker')];
		const webhooks = [await launch('webhook'), await launch('webhook')];
		balancer.targets.push(...webhooks.map(({ url }) => url));
		const addWorker = async () => void workers.push(await launch('worker'));
		const sql = database<Row>(folder, name);
		return { version, main, client, fake, credential, webhooks, workers, addWorker, sql, close };
	} catch (error) {
		await close();
		throw error;
	}
}

/** What a node starts for each job, and what became of it. */
export interface Jobs {
	/** Also the path of the webhook that takes them. */
	name: string;
	count: number;
	/** Starts a run for the job that is named in `$json.body.job`, and waits for it. */
	node: WorkflowNode;
	/** How many runs there are of each job, in any order. */
	runsPerJob: () => number[];
	/** @throws AssertionError unless every run has ended as it should */
	checkRuns: () => void;
}

function copyAiJobs({ fake, credential }: Cluster, how: 'kill' | 'stop'): Jobs {
	fake.reset();
	return {
		name: `jobs-${how}`,
		count: JOBS,
		node: node(
			'Copy.ai',
			'n8n-nodes-copy-ai.copyAi',
			{
				operation: 'startAndWait',
				workflowId: { __rl: true, mode: 'id', value: WORKFLOW },
				variablesInput: 'fields',
				variableFields: { variable: [{ name: 'Input 1', value: '={{ $json.body.job }}' }] },
				options: { startKey: `=${how}-{{ $json.body.job }}` },
			},
			{ credentials: { copyAiApi: { id: credential.id, name: credential.name } } },
		),
		runsPerJob: () => [...fake.runsByKey().values()],
		checkRuns: () => {
			const now = Date.now();
			assert.ok(fake.runs.every(({ end, endsAt }) => end === 'COMPLETE' && endsAt <= now));
		},
	};
}

/** Each job is one delivery to a webhook, one execution, one key. */
async function survive(cluster: Cluster, how: 'kill' | 'stop', jobs: Jobs): Promise<string> {
	const { client, version, workers } = cluster;
	const { name: path, count, runsPerJob } = jobs;
	const flow = chain(
		path,
		node(
			'Hook',
			'n8n-nodes-base.webhook',
			{ path, httpMethod: 'POST' },
			{ typeVersion: 2, webhookId: path },
		),
		jobs.node,
	);
	const workflow = await client.createWorkflow(flow);
	await client.activate(workflow.id);
	const names = Array.from({ length: count }, (_, n) => String(n));
	const sent = send(cluster, path, names);
	// Awaited below; what goes wrong until then is not unhandled.
	sent.catch(() => undefined);
	await until(
		async () => runsPerJob().length,
		(started) => started >= count / 4,
		120_000,
	);
	const [victim] = workers.splice(0, 1);
	if (how === 'kill') await victim.kill();
	else await victim.stop(SHUTDOWN_S * 1000);
	await cluster.addWorker();
	await sent;

	const ended = await allEnded(cluster, workflow.id, count);
	const lost = ended.filter(({ status }) => status !== 'success').length;
	if (how === 'stop') assert.equal(lost, 0, 'a worker that is stopped politely loses nothing');
	if (lost > 0) {
		assert.ok(version.startsWith('2.'), 'n8n 1.123 runs what a killed worker left by itself');
		// What was lost is sent again, as a user would: all rows, since nobody knows which they were.
		await send(cluster, path, names);
		const all = await allEnded(cluster, workflow.id, 2 * count);
		assert.equal(all.filter(({ status }) => status !== 'success').length, lost);
	}
	await client.deactivate(workflow.id);

	const runs = runsPerJob();
	assert.deepEqual(
		runs,
		names.map(() => 1),
	);
	jobs.checkRuns();
	return `n8n lost ${lost} executions, ${runs.length} runs for ${count} jobs`;
}

/** 300 runs end, each told of once, by turns to either webhook process. */
async function deliveries(cluster: Cluster): Promise<string> {
	const { client, fake, webhooks } = cluster;
	fake.reset();
	const workflow = await client.createWorkflow(
		chain('deliveries', copyAiTrigger(cluster), node('End', 'n8n-nodes-base.noOp')),
	);
	await client.activate(workflow.id);
	await until(
		async () => fake.webhooks.length,
		(count) => count === 1,
	);
	const [{ url }] = fake.webhooks;
	const runs = fake.seedRuns(
		Array.from({ length: JOBS }, () => ({ workflowId: WORKFLOW, output: { text: 'done' } })),
	);
	const { pathname, search } = new URL(url);
	// The first is asked for until the processes know the webhook.
	await until(
		async () =>
			await Promise.all(
				webhooks.map(
					async (each) =>
						(await fetch(`${each.url}${pathname}${search}`, { method: 'POST' })).status,
				),
			),
		(statuses) => statuses.every((status) => status === 200),
	);
	const statuses: number[] = [];
	const queue = runs.entries();
	const work = async () => {
		for (const [index, { id }] of queue) {
			statuses.push(
				await fake.deliver(
					`${webhooks[index % webhooks.length].url}${pathname}${search}`,
					'workflowRun.completed',
					id,
				),
			);
		}
	};
	await Promise.all(Array.from({ length: 10 }, work));
	// 0: answered too late for the sender, which says nothing of what came of it.
	assert.deepEqual(
		statuses.filter((status) => status !== 200 && status !== 0),
		[],
	);
	const ended = await allEnded(cluster, workflow.id, JOBS);
	await client.deactivate(workflow.id);
	const ids = new Map<unknown, number>();
	for (const { id } of ended) {
		const item = (await client.execution(id)).data.resultData.runData.Trigger[0].data?.main[0]?.[0]
			.json;
		ids.set(item?.id, (ids.get(item?.id) ?? 0) + 1);
	}
	const missing = runs.filter(({ id }) => !ids.has(id)).length;
	const doubles = [...ids.values()].filter((count) => count > 1).length;
	assert.equal(missing, 0);
	const late = statuses.filter((status) => status === 0).length;
	return `${missing} lost, ${doubles} doubles, ${late} answered too late for the sender`;
}

/**
 * Events go on arriving at the webhook processes while the main process is dead, some of them don't. Started again, it
 * catches up just those.
 */
async function mainKilled(cluster: Cluster): Promise<string> {
	const { client, fake, main } = cluster;
	fake.reset();
	const workflow = await client.createWorkflow(
		chain(
			'main killed',
			copyAiTrigger(cluster, { workflowId: { __rl: true, mode: 'id', value: WORKFLOW } }),
			node('End', 'n8n-nodes-base.noOp'),
		),
	);
	await client.activate(workflow.id);
	const [webhook] = await until(
		async () => fake.webhooks,
		(list) => list.length === 1,
	);
	const end = (count: number) =>
		fake.seedRuns(Array.from({ length: count }, () => ({ workflowId: WORKFLOW })));
	/** All at once, so that the two webhook processes store what they have seen at the same time. */
	const deliver = async (runs: RunRecord[]) =>
		await Promise.all(
			runs.map(
				async ({ id }) =>
					await until(
						async () => await fake.deliver(webhook.id, 'workflowRun.completed', id),
						(status) => status === 200,
					),
			),
		);
	const restart = async () => {
		await main.start();
		await client.login();
	};

	const delivered = end(3);
	await deliver(delivered);
	await allEnded(cluster, workflow.id, 3);
	await main.kill();
	const meanwhile = end(5);
	await deliver(meanwhile.slice(0, 3));
	await restart();
	const began = Date.now();
	await allEnded(cluster, workflow.id, 8);
	const took = Date.now() - began;
	await main.kill();
	await restart();
	await sleep(30_000);

	const ended = await allEnded(cluster, workflow.id, 8);
	const ids: unknown[] = [];
	for (const { id } of ended) {
		const { data } = await client.execution(id);
		ids.push(data.resultData.runData.Trigger[0].data?.main[0]?.[0].json.id);
	}
	assert.deepEqual(ids.sort(), [...delivered, ...meanwhile].map(({ id }) => id).sort());
	assert.ok(took < 60_000, `${took} ms`);
	await client.deactivate(workflow.id);
	return `${ids.length} executions; caught up ${(took / 1000).toFixed(1)} s after the main process was up`;
}

async function killWorkers({ workers }: Cluster): Promise<void> {
	await Promise.all(workers.splice(0).map(async (worker) => await worker.kill()));
}

async function addTwoWorkers({ addWorker }: Cluster): Promise<void> {
	await addWorker();
	await addWorker();
}

/** Ten executions of forty starts, at a service that serves twenty a second, and twenty at once. */
async function sharedRate(cluster: Cluster): Promise<string> {
	const { client, fake, credential } = cluster;
	await killWorkers(cluster);
	await addTwoWorkers(cluster);
	fake.reset();
	fake.set({ durationMs: 0, rateLimit: { perSecond: 20, burst: 20, saysWhen: true } });
	const executions = Array.from({ length: 10 }, (_, index) => String(index));
	const products = Array.from({ length: 40 }, (_, index) => ({ product: `product ${index}` }));
	const path = 'shared-rate';
	const workflow = await client.createWorkflow(
		chain(path, hook(path), rows(products), copyAi({ credential }, { operation: 'start' })),
	);
	await client.activate(workflow.id);
	const began = Date.now();
	await send(cluster, path, executions);
	const ended = await allEnded(cluster, workflow.id, executions.length);
	const seconds = (Date.now() - began) / 1000;
	assert.deepEqual(
		ended.map(({ status }) => status),
		executions.map(() => 'success'),
	);
	assert.equal(fake.runs.length, executions.length * products.length);
	const refused = fake.requests.filter(({ status }) => status === 429).length;
	const share = (100 * refused) / fake.requests.length;
	assert.ok(share <= 15, `${share.toFixed(1)} % of the requests refused`);
	await client.deactivate(workflow.id);
	return `${fake.runs.length} starts in ${seconds.toFixed(1)} s, ${share.toFixed(1)} % of the requests refused`;
}

/** Three items of each service sleep; whoever could know of them is killed, and started again. */
async function allKilled(cluster: Cluster): Promise<string> {
	const { client, fake, credential, main } = cluster;
	fake.reset();
	fake.set({ durationMs: 20_000 });
	const products = [0, 1, 2].map((n) => `asleep ${n}`);
	const path = 'asleep';
	const workflow = await client.createWorkflow(
		chain(
			path,
			hook(path),
			rows(products.map((product) => ({ product }))),
			copyAi({ credential }, { options: { sleepWhileWaiting: true } }),
			node('End', 'n8n-nodes-base.noOp'),
		),
	);
	const asleep = async (workflowId: string) =>
		await until(
			async () => await executionsOf(cluster, workflowId),
			(list) => list.length === 2 && list.every(({ status }) => status === 'waiting'),
			120_000,
		);
	const called = async (workflowId: string, webhook: string) => {
		await client.activate(workflowId);
		await send(cluster, webhook, ['0']);
		const [first] = (await asleep(workflowId)).map(({ id }) => Number(id)).sort((a, b) => a - b);
		return String(first);
	};
	const b3os = await beginB3os(
		client,
		LONG_RUN_MS,
		hook('b3os-asleep'),
		async (id) => await called(id, 'b3os-asleep'),
	);
	const execution = await called(workflow.id, path);
	await main.kill();
	await killWorkers(cluster);
	await main.start();
	await client.login();
	await addTwoWorkers(cluster);

	const ended = await allEnded(cluster, workflow.id, 2);
	const lateMs = Date.now() - fake.lastRunEnd();
	assert.deepEqual(
		ended.map(({ status }) => status),
		['success', 'success'],
	);
	const { data } = await client.execution(execution);
	const { End: ends } = data.resultData.runData;
	assert.equal(ends.length, 1);
	assert.deepEqual(
		ends[0].data?.main[0]?.map(({ json }) => (json.output as { text: string }).text),
		products.map((product) => `Made from: ${product}`),
	);
	assert.equal(fake.runs.length, 3);
	await client.deactivate(workflow.id);
	const b3osNote = await b3os.check().finally(async () => await b3os.close());
	return `all results ${(lateMs / 1000).toFixed(0)} s after the last run's end; B3OS: ${b3osNote}`;
}

async function send({ webhooks }: Cluster, path: string, names: string[]): Promise<void> {
	const queue = names.entries();
	const work = async () => {
		for (const [index, job] of queue) {
			const target = webhooks[index % webhooks.length];
			const { status, body } = await new N8nClient(target.url).callWebhook(path, { job });
			assert.equal(status, 200, JSON.stringify(body));
		}
	};
	await Promise.all(Array.from({ length: 20 }, work));
}

async function executionsOf({ sql }: Cluster, workflowId: string): Promise<Row[]> {
	return await sql(`SELECT id, status FROM execution_entity WHERE "workflowId" = '${workflowId}'`);
}

/** Waits until there are so many executions and all have ended. Asks the database: n8n lists a hundred at most. */
async function allEnded(cluster: Cluster, workflowId: string, count: number): Promise<Row[]> {
	const open = ['new', 'running', 'waiting', 'unknown'];
	return await until(
		async () => {
			await sleep(500);
			return await executionsOf(cluster, workflowId);
		},
		(list) => list.length >= count && list.every(({ status }) => !open.includes(status)),
		300_000,
	);
}
