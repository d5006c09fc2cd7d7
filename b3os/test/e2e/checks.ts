/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { randomUUID } from 'crypto';
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Execution, type Json, N8nClient } from '../../../scripts/n8n/client';
import { startN8n } from '../../../scripts/n8n/instance';
import type { N8nVersion } from '../../../scripts/n8n/install';
import { packPackage } from '../../../scripts/n8n/pack';
import { chain, node, output, rows, start, to, until } from '../../../test/e2e/n8nInstance';
import { openSearch } from '../../../test/e2e/nodeSearch';
import type { Table } from '../../../test/e2e/table';
import { builderHint as actionHint } from '../../nodes/B3os/builderHint';
import { builderHint as triggerHint } from '../../nodes/B3osTrigger/builderHint';
import { nodeMark, startFakeB3os, triggerMark } from '../fakes/b3os';
import { agentOn } from './agent';
import { editorOn } from './editor';
import { exampleChecks } from './examples';
import { b3osNode, byId, keysOf, run, type Site } from './site';
import { overRestart } from './trigger';

/**
 * What users do with the node, in one n8n with SQLite, as a table's rows.
 *
 * @param only runs just the rows whose name holds this
 */
export async function b3os(table: Table, version: N8nVersion, only = ''): Promise<void> {
	const fake = await startFakeB3os({ durationMs: 500, apiKey: `b3sk_${randomUUID()}` });
	const n8n = await startN8n({
		version,
		packages: [await packPackage(resolve(__dirname, '../..'))],
	});
	try {
		const client = new N8nClient(n8n.url);
		await client.setupOwner();
		const credential = await client.createCredential('B3OS', 'b3osApi', keysOf(fake));
		for (const [what, check] of Object.entries(checks)) {
			if (!what.includes(only)) continue;
			fake.reset();
			await table.row(`n8n ${version}, B3OS`, what, async () => {
				await check({ version, n8n, client, fake, credential });
			});
		}
	} finally {
		await n8n.close();
		await fake.close();
	}
}

const three = () => rows([{ token: 'ETH' }, { token: 'SOL' }, { token: 'B3' }]);
const runOfItem = { runId: byId('={{ $json.id }}') };
const statuses = (execution: Execution, name: string) =>
	output(execution, name).map(({ status }) => status);
const threeOf = (status: string) => [status, status, status];

const checks: Record<string, (site: Site) => Promise<void>> = {
	'the credential test: a good key, and a bad one': async ({ client, credential, fake }) => {
		const test = async (apiKey: string) =>
			await client.testCredential(credential, { ...keysOf(fake), apiKey });
		assert.equal((await test(keysOf(fake).apiKey)).status, 'OK');
		// n8n 1 has a sentence of its own.
		assert.match(
			(await test('another')).message,
			/^B3OS rejected the API key\. Create one in B3OS|^Authorization failed/,
		);
		assert.equal(fake.service.requests[0].path, '/v1/organizations');
	},

	"n8n's AI workflow builder finds the nodes, with what it has to know of them": async ({
		client,
	}) => {
		const search = await openSearch(client);
		await search?.finds(['on-chain', 'B3OS trigger'], [actionHint, triggerHint]);
	},

	'field lists: workflows, inputs with required ones marked, runs': async (site) => {
		const { client, fake, credential } = site;
		const [past] = fake.service.seedRuns([{}]);
		const ask = async (what: string, methodName: string) =>
			await client.request<{ fields: Json[]; results: Json[] }>(
				'POST',
				`/dynamic-node-parameters/${what}`,
				{
					nodeTypeAndVersion: { name: 'n8n-nodes-b3os.b3os', version: 1 },
					path: 'parameters.x',
					currentNodeParameters: b3osNode(site, 'startAndWait').parameters,
					credentials: { b3osApi: { id: credential.id, name: credential.name } },
					methodName,
				},
			);
		const { fields } = await ask('resource-mapper-fields', 'getVariables');
		assert.deepEqual(
			fields.slice(0, 2).map(({ id, type, required }) => [id, type, required]),
			[
				['token', 'string', true],
				['amount', 'number', false],
			],
		);
		const workflows = await ask('resource-locator-results', 'searchWorkflows');
		assert.equal(workflows.results[0].value, 'wf_swap');
		const runs = await ask('resource-locator-results', 'searchRuns');
		assert.equal(runs.results[0].value, past.id);
	},

	'Start and Wait: three rows become three outputs, secrets masked': async (site) => {
		const node = b3osNode(site, 'startAndWait', { simplify: false });
		const execution = await run(site, chain('b3os three', start(), three(), node));
		assert.deepEqual(statuses(execution, 'startAndWait'), threeOf('success'));
		assert.match(JSON.stringify(output(execution, 'startAndWait')[2].output), /B3/);
		assert.equal(site.fake.service.runs.length, 3);
		const everything = JSON.stringify(execution);
		for (const secret of [triggerMark, nodeMark, keysOf(site.fake).apiKey]) {
			assert.ok(!everything.includes(secret));
		}
	},

	'Start, Wait, Get, Get Many and Cancel': async (site) => {
		const once = { executeOnce: true };
		const execution = await run(
			site,
			chain(
				'b3os operations',
				start(),
				three(),
				b3osNode(site, 'start'),
				b3osNode(site, 'wait', runOfItem),
				b3osNode(site, 'get', runOfItem),
				b3osNode(site, 'getAll', { limit: 2 }, once),
				b3osNode(site, 'cancel', runOfItem, { ...once, onError: 'continueRegularOutput' }),
			),
		);
		assert.deepEqual(statuses(execution, 'start'), threeOf('running'));
		assert.deepEqual(statuses(execution, 'wait'), threeOf('success'));
		assert.deepEqual(statuses(execution, 'get'), threeOf('success'));
		assert.equal(output(execution, 'getAll').length, 2);
		assert.match(
			String((output(execution, 'cancel')[0].error as Json).message),
			/has already finished with status success/,
		);
	},

	'lost answers: no run double, none missing': async (site) => {
		const { service } = site.fake;
		service.set({
			faults: [
				{ kind: 'resetAfter', on: ['startRun'], times: 2 },
				{ kind: 'badGatewayBefore', on: ['startRun'], times: 1 },
			],
		});
		const flow = chain('b3os lost', start(), three(), b3osNode(site, 'startAndWait'));
		assert.deepEqual(statuses(await run(site, flow), 'startAndWait'), threeOf('success'));
		assert.equal(service.runs.length, 3);
		assert.ok(service.counts.startRun > 3);
	},

	'Retry On Fail: one run of three failed once, 4 runs in all': async (site) => {
		const { service } = site.fake;
		service.set({ runRules: [{ payloadContains: 'SOL', end: 'failure', times: 1 }] });
		const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
		const node = b3osNode(site, 'startAndWait', {}, retry);
		const execution = await run(site, chain('b3os retry', start(), three(), node));
		assert.deepEqual(statuses(execution, 'startAndWait'), threeOf('success'));
		assert.equal(service.runs.length, 4);
	},

	'Stop cancels the runs that are open, with Cancel on Stop': async (site) => {
		const { client, fake } = site;
		fake.service.set({ durationMs: 120_000 });
		const options = { cancelOnStop: true };
		const node = b3osNode(site, 'startAndWait', { options });
		const { id } = await client.createWorkflow(chain('b3os stop', start(), three(), node));
		const execution = await client.runManually(id);
		await until(
			async () => fake.service.runs.length,
			(count) => count === 3,
		);
		await sleep(1_000);
		await client.stopExecution(execution);
		const stoppedAt = Date.now();
		const statuses = () => fake.service.runs.map((each) => fake.service.statusOf(each));
		await until(
			async () => statuses(),
			(all) => all.every((status) => status === 'cancelled'),
			10_000,
		);
		assert.ok(Date.now() - stoppedAt < 10_000);
		const { total } = fake.service.counts;
		await sleep(3_000);
		assert.equal(fake.service.counts.total, total);
	},

	'Executions > Retry after one of three failed starts one': async (site) => {
		const { client, fake } = site;
		fake.service.set({ runRules: [{ payloadContains: 'SOL', end: 'failure', times: 1 }] });
		const flow = chain('b3os again', start(), three(), b3osNode(site, 'startAndWait'));
		const { id } = await client.createWorkflow(flow);
		const failed = await client.waitForExecution(await client.runManually(id));
		assert.equal(failed.status, 'error');
		const again = await client.waitForExecution(await client.retryExecution(failed.id));
		assert.deepEqual(statuses(again, 'startAndWait'), threeOf('success'));
		assert.equal(fake.service.runs.length, 4);
	},

	'Retry: failed runs go on as new ones, and are waited for': async (site) => {
		const { service } = site.fake;
		const failed = service.seedRuns([{ status: 'failure' }, { status: 'cancelled' }]);
		const execution = await run(
			site,
			chain(
				'b3os retry operation',
				start(),
				rows(failed.map(({ id }) => ({ id }))),
				b3osNode(site, 'retry', { ...runOfItem, waitForFinish: true }),
			),
		);
		assert.deepEqual(statuses(execution, 'retry'), ['success', 'success']);
		assert.equal(service.runs.length, 4);
	},

	'a loop over 30 items in batches of 7': async (site) => {
		const loop = node(
			'Loop',
			'n8n-nodes-base.splitInBatches',
			{ batchSize: 7, options: {} },
			{ typeVersion: 3 },
		);
		const own = b3osNode(site, 'startAndWait');
		const items = Array.from({ length: 30 }, (_, n) => ({ token: `T${n}` }));
		const execution = await run(site, {
			name: 'b3os loop',
			nodes: [start(), rows(items), loop, own, node('Done', 'n8n-nodes-base.noOp')],
			connections: {
				Start: { main: [[to('Rows')]] },
				Rows: { main: [[to('Loop')]] },
				Loop: { main: [[to('Done')], [to(own.name)]] },
				[own.name]: { main: [[to('Loop')]] },
			},
			settings: { executionOrder: 'v1' },
		});
		assert.equal(output(execution, 'Done').length, 30);
		assert.equal(site.fake.service.runs.length, 30);
	},

	'a run that waits for an approval is returned at once, then followed': async (site) => {
		const wait = { triggerType: 'human-approval', timeoutMs: 600_000 };
		site.fake.service.set({ runRules: [{ durationMs: 8_000, wait }] });
		const execution = await run(
			site,
			chain(
				'b3os waiting',
				start(),
				rows([{ token: 'ETH' }]),
				b3osNode(site, 'startAndWait', { options: { onWaiting: 'continue' } }),
				b3osNode(site, 'wait', runOfItem),
			),
		);
		assert.deepEqual(statuses(execution, 'startAndWait'), ['waiting']);
		assert.deepEqual(statuses(execution, 'wait'), ['success']);
		assert.equal(site.fake.service.runs.length, 1);
	},

	'tool of an AI agent: called, run once, answered': agentOn,
	'editor in Chromium: add the node, choose the workflow, execute': editorOn,
	'the trigger over a restart: three runs end, each comes once, nothing old': overRestart,
	...exampleChecks,

	'Run ID: the second execution starts none': async (site) => {
		const options = { runId: '=run_{{ $json.token }}' };
		const flow = chain('b3os id', start(), three(), b3osNode(site, 'startAndWait', { options }));
		await run(site, flow);
		assert.deepEqual(statuses(await run(site, flow), 'startAndWait'), threeOf('success'));
		assert.equal(site.fake.service.runs.length, 3);
	},
};
