/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Execution, Json, NewWorkflow } from '../../scripts/n8n/client';
import { builderHint as actionHint } from '../../nodes/CopyAi/builderHint';
import { builderHint as triggerHint } from '../../nodes/CopyAiTrigger/builderHint';
import { isNewer, type N8nVersion } from '../../scripts/n8n/install';
import { creditsChecks } from './credits';
import { openSearch } from './nodeSearch';
import {
	copyAi,
	copyAiTrigger,
	chain,
	node,
	openSite,
	output,
	products,
	overRestart,
	rows,
	run,
	type Site,
	start,
	to,
	until,
	WORKFLOW,
} from './n8nInstance';
import { secretIn, secretsCheck } from './secrets';
import type { Table } from './table';

/**
 * Everything a user does with the nodes, in one n8n with SQLite, as a table's rows.
 *
 * @param only runs just the rows whose name holds this
 */
export async function matrix(
	table: Table,
	version: N8nVersion,
	packages: string[],
	only?: string,
): Promise<void> {
	// So that its last row looks for secrets in the debug log too.
	const site = await openSite(version, packages, { N8N_LOG_LEVEL: 'debug' });
	try {
		// The key, and the secret of each trigger.
		const all = { ...checks, ...secretsCheck(3) };
		for (const [what, check] of Object.entries(all)) {
			if (only && !what.includes(only)) continue;
			site.fake.reset();
			await table.row(`n8n ${version}`, what, async () => await check(site));
		}
	} finally {
		await site.close();
	}
}

type Check = (site: Site) => Promise<string | void>;

const three = () => rows([{ product: 'lamp' }, { product: 'chair' }, { product: 'desk' }]);
const statuses = (execution: Execution, branch = 0) =>
	output(execution, 'Copy.ai', branch).map(({ status }) => status);
const done = (count: number) => Array.from({ length: count }, () => 'COMPLETE');
const chairFails = { inputContains: 'chair', end: 'FAILED' as const, error: 'no seat', times: 1 };

/** Half a second, and what it takes to ask n8n. */
const isSoon = (ms: number) => ms < 500 + 250;

/** Stops three runs that are waited for, and sees that nothing is sent after it. @returns how long it took, ms */
async function stopped(site: Site): Promise<number> {
	const { client, fake } = site;
	fake.reset();
	fake.set({ durationMs: 60_000 });
	const nodes = [start(), three(), copyAi(site, {})];
	const workflow = await client.createWorkflow(chain('stop', ...nodes));
	const id = await client.runManually(workflow.id);
	await until(
		async () => fake.runs.length,
		(count) => count === 3,
	);
	await sleep(1500);
	const began = Date.now();
	await client.stopExecution(id);
	const { status } = await client.waitForExecution(id);
	const took = Date.now() - began;
	assert.equal(status, 'canceled');
	// What was on its way arrives.
	await sleep(500);
	const sent = fake.counts.total;
	await sleep(3000);
	assert.equal(fake.counts.total, sent);
	return took;
}

const checks: Record<string, Check> = {
	"n8n's AI workflow builder finds the nodes, with what it has to know of them": async (site) => {
		for (const schema of ['copyAi/1.0.0/workflowRun/startAndWait', 'copyAiTrigger/1.0.0']) {
			const answer = await fetch(`${site.client.url}/schemas/n8n-nodes-copy-ai.${schema}.json`);
			const { properties } = (await answer.json()) as { properties: Json };
			assert.deepEqual(properties.output, { type: 'object', properties: {} });
		}
		const search = await openSearch(site.client);
		// Older ones load the nodes all the same: that is what the other rows show.
		if (!search) return 'no such search in this n8n';
		await search.finds(['copywriting', 'Copy.ai trigger'], [actionHint, triggerHint]);
		const types = await search.typesOf('n8n-nodes-copy-ai.copyAi');
		assert.match(types, /ask the user for the ID/);
		assert.match(types, /Choose 'json' or 'fields'/);
		assert.match(types, /whenever the same row can come again/);
		return undefined;
	},

	'the credential test: a good key, and a sentence for all that is not': async (site) => {
		const { client, credential, fake } = site;
		const { apiKey } = fake.settings;
		const test = async (baseUrl: string, key = apiKey) =>
			await client.testCredential(credential, { apiKey: key, baseUrl });
		assert.equal((await test(fake.url)).status, 'OK');
		assert.deepEqual(fake.requests.map(({ method, path }) => `${method} ${path}`).slice(0, 1), [
			'GET /api/webhook',
		]);
		const said: Array<[string, RegExp, string?]> = [
			// n8n 1 has sentences of its own for 307, 401, 403 and 404.
			[fake.url, /^Copy\.ai rejected the API key\. .*API Keys|^Authorization failed/, 'another'],
			[
				`${fake.url}/elsewhere`,
				/^There is no API of Copy\.ai at this address\. Check 'API URL'|^The resource you are requesting could not be found$/,
			],
			// A web page, with status 200.
			[`${client.url}/signin?`, /^There is no API of Copy\.ai at this address\. Check 'API URL'/],
			['not a url', /^'API URL' isn't a valid URL\. Enter one that starts with https:/],
		];
		for (const [baseUrl, sentence, key] of said) {
			const { status, message } = await test(baseUrl, key);
			assert.deepEqual([baseUrl, status], [baseUrl, 'Error']);
			assert.match(message, sentence);
		}
		fake.set({ redirectTo: 'http://127.0.0.1:1/' });
		assert.match(
			(await test(fake.url)).message,
			/^'API URL' redirects to another address|^Request failed with status code 307$/,
		);
		fake.set({ redirectTo: null, forbidden: true });
		assert.match(
			(await test(fake.url)).message,
			/doesn't have permission to use the API of Copy\.ai|^Forbidden/,
		);
	},

	'Start and Wait: three rows become three texts': async (site) => {
		const { execution } = await run(site, chain('three', start(), three(), copyAi(site, {})));
		assert.deepEqual(statuses(execution), done(3));
		assert.match(JSON.stringify(output(execution)[2].output), /desk/);
		assert.equal(site.fake.runs.length, 3);
	},

	'Sleep While Waiting: short runs cost no sleep, and n8n before 2.41 waits as usual': async (
		site,
	) => {
		const nodes = [start(), three(), copyAi(site, { options: { sleepWhileWaiting: true } })];
		const { execution, workflow } = await run(site, chain('awake', ...nodes));
		assert.deepEqual(statuses(execution), done(3));
		const said = execution.data.resultData.runData['Copy.ai'][0].hints?.map(
			({ message }) => message,
		);
		const isOld = isNewer('2.41.0', site.n8n.version);
		assert.match(String(said), isOld ? /It needs n8n 2\.41 or later/ : /Set 'Start Key' too/);
		assert.equal((await site.client.executions(workflow.id)).length, 1);
	},

	'Start, Wait, Get and Get Many': async (site) => {
		const runId = { __rl: true, mode: 'id', value: '={{ $json.id }}' };
		const { execution } = await run(
			site,
			chain(
				'all operations',
				start(),
				three(),
				copyAi(site, { operation: 'start' }, {}, 'Start run'),
				copyAi(site, { operation: 'wait', runId }, {}, 'Wait for run'),
				copyAi(site, { operation: 'get', runId }, {}, 'Get run'),
				copyAi(site, { operation: 'getAll', limit: 2 }, { executeOnce: true }, 'Get many'),
			),
		);
		assert.deepEqual(
			output(execution, 'Start run').map(({ status }) => status),
			['NEW', 'NEW', 'NEW'],
		);
		const ids = output(execution, 'Start run').map(({ id }) => id);
		assert.deepEqual(
			output(execution, 'Wait for run').map(({ id }) => id),
			ids,
		);
		assert.deepEqual(
			output(execution, 'Get run').map(({ status }) => status),
			done(3),
		);
		assert.equal(output(execution, 'Get many').length, 2);
	},

	'the debug log: a line per request and per decision, without a value': async (site) => {
		const { n8n, fake } = site;
		const before = readFileSync(n8n.logFile, 'utf8').length;
		fake.set({ faults: [{ kind: 'resetAfter', on: ['startRun'], times: 1 }] });
		await run(site, chain('debug log', start(), three(), copyAi(site, {}, {}, 'Write posts')));
		const log = readFileSync(n8n.logFile, 'utf8').slice(before);
		const lines = log.split('\n').filter((line) => line.includes('Copy.ai "Write posts": '));
		const isRequest = (line: string) => /: \w+, \d+ ms, attempt \d+, waited \d+ ms/.test(line);
		const requests = lines.filter(isRequest);
		assert.equal(requests.length, fake.counts.total, log);
		for (const { id } of fake.runs) assert.ok(lines.some((line) => line.includes(`run ${id}`)));
		assert.ok(!/lamp|chair|desk/.test(lines.join('\n')));
		return `${requests.length} requests, ${lines.length - requests.length} decisions`;
	},

	'webhooks: Create, Get, Get Many, Delete': async (site) => {
		const webhook = (operation: string, parameters: Json = {}) =>
			copyAi(site, { resource: 'webhook', operation, ...parameters }, {}, operation);
		const webhookId = "={{ $('create').item.json.id }}";
		const { execution } = await run(
			site,
			chain(
				'webhooks',
				start(),
				webhook('create', { webhookUrl: 'https://example.com/hook', event: 'workflowRun.failed' }),
				webhook('get', { webhookId }),
				webhook('getAll', { returnAll: true }),
				webhook('delete', { webhookId }),
			),
		);
		assert.equal(output(execution, 'get')[0].url, 'https://example.com/hook');
		assert.equal(output(execution, 'getAll').length, 1);
		assert.deepEqual(output(execution, 'delete'), [{ deleted: true }]);
		assert.equal(site.fake.webhooks.length, 0);
	},

	'the trigger: activated, fired, deactivated': async (site) => {
		const { client, fake, secrets } = site;
		const workflow = await client.createWorkflow(
			chain('trigger', copyAiTrigger(site), node('End', 'n8n-nodes-base.noOp')),
		);
		await client.activate(workflow.id);
		// 2.41 registers a moment after it answered.
		await until(
			async () => fake.webhooks.length,
			(count) => count === 1,
		);
		secrets.push(secretIn(fake.webhooks[0].url));
		await run(site, chain('fires', start(), three(), copyAi(site, {})));
		const executions = await until(
			async () => await client.executions(workflow.id),
			(list) => list.length === 3,
		);
		const { data } = await client.waitForExecution(executions[0].id);
		const item = data.resultData.runData.Trigger[0].data?.main[0]?.[0].json;
		assert.equal(item?.event, 'workflowRun.completed');
		assert.equal(item?.verified, true);
		await client.deactivate(workflow.id);
		await until(
			async () => fake.webhooks.length,
			(count) => count === 0,
		);
	},

	'the trigger over a kill -9: the same registration, still working': async (site) => {
		const { client, fake, n8n, secrets } = site;
		const workflow = await client.createWorkflow(chain('killed', copyAiTrigger(site)));
		await client.activate(workflow.id);
		const [{ id, url }] = await until(
			async () => fake.webhooks,
			(list) => list.length === 1,
		);
		secrets.push(secretIn(url));
		const [before, after] = fake.seedRuns([{ workflowId: WORKFLOW }, { workflowId: WORKFLOW }]);
		const deliver = async (run: string) =>
			await until(
				async () => await fake.deliver(id, 'workflowRun.completed', run),
				(status) => status === 200,
			);
		await deliver(before.id);
		await until(
			async () => await client.executions(workflow.id),
			(list) => list.length === 1,
		);
		await n8n.kill();
		await n8n.start();
		await client.login();
		await deliver(after.id);
		await until(
			async () => await client.executions(workflow.id),
			(list) => list.length === 2,
		);
		assert.deepEqual(
			fake.webhooks.map((webhook) => webhook.id),
			[id],
		);
		await client.deactivate(workflow.id);
		await until(
			async () => fake.webhooks.length,
			(count) => count === 0,
		);
	},

	'field lists: columns and runs of the chosen workflow': async (site) => {
		const { client, fake, credential } = site;
		fake.seedRuns([{ workflowId: WORKFLOW, input: { 'Input 1': 'a lamp', 'a.b[0]': 'x' } }]);
		const asked = (method: Json) => ({
			nodeTypeAndVersion: { name: 'n8n-nodes-copy-ai.copyAi', version: 1 },
			path: 'parameters.x',
			currentNodeParameters: {
				resource: 'workflowRun',
				operation: 'startAndWait',
				workflowId: { __rl: true, mode: 'id', value: WORKFLOW },
			},
			credentials: { copyAiApi: { id: credential.id, name: credential.name } },
			...method,
		});
		const columns = await client.request<{ fields: Array<{ id: string }> }>(
			'POST',
			'/dynamic-node-parameters/resource-mapper-fields',
			asked({ methodName: 'getVariables' }),
		);
		assert.deepEqual(
			columns.fields.map(({ id }) => id),
			['Input 1', 'a.b[0]'],
		);
		const list = await client.request<{ results: Array<{ name: string; value: string }> }>(
			'POST',
			'/dynamic-node-parameters/resource-locator-results',
			asked({ methodName: 'searchRuns' }),
		);
		assert.equal(list.results[0].value, fake.runs[0].id);
		assert.match(list.results[0].name, /^\d{4}-\d\d-\d\d \d\d:\d\d · a lamp$/);
	},

	'Stop ends the waiting, and nothing is sent after it': async (site) => {
		// Another n8n may start beside this one at that very moment: the best of three is what Stop takes.
		const tries: number[] = [];
		while (tries.length < 3 && !tries.some(isSoon)) tries.push(await stopped(site));
		assert.ok(tries.some(isSoon), `took ${tries.join(', ')} ms`);
		return `${Math.min(...tries)} ms`;
	},

	'Executions > Retry after one of three FAILED starts one': async (site) => {
		const { client, fake } = site;
		fake.set({ runRules: [chairFails] });
		const workflow = await client.createWorkflow({
			...chain(
				'retry',
				node(
					'Hook',
					'n8n-nodes-base.webhook',
					{ path: 'retry', httpMethod: 'POST' },
					{ typeVersion: 2, webhookId: 'retry' },
				),
				three(),
				copyAi(site, {}),
			),
		});
		await client.activate(workflow.id);
		await client.callWebhook('retry');
		const [first] = await until(
			async () => await client.executions(workflow.id),
			(list) => list.length === 1,
		);
		const failed = await client.waitForExecution(first.id);
		assert.match(failed.data.resultData.error?.message ?? '', /failed: no seat/);
		const retried = await client.waitForExecution(await client.retryExecution(first.id));
		await client.deactivate(workflow.id);
		assert.deepEqual(statuses(retried), done(3));
		assert.equal(fake.runs.length, 4);
	},

	'Retry On Fail: one run of three FAILED once, 4 runs in all': async (site) => {
		site.fake.set({ runRules: [chairFails] });
		const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
		const { execution } = await run(
			site,
			chain('retry on fail', start(), three(), copyAi(site, {}, retry)),
		);
		assert.deepEqual(statuses(execution), done(3));
		assert.equal(site.fake.runs.length, 4);
	},

	'a loop over 30 items in batches of 7': async (site) => {
		const loop = node(
			'Loop',
			'n8n-nodes-base.splitInBatches',
			{ batchSize: 7 },
			{ typeVersion: 3 },
		);
		const flow: NewWorkflow = {
			name: 'loop',
			nodes: [
				start(),
				rows(products(30)),
				loop,
				copyAi(site, {}, { retryOnFail: true }),
				node('Done', 'n8n-nodes-base.noOp'),
			],
			connections: {
				Start: { main: [[to('Rows')]] },
				Rows: { main: [[to('Loop')]] },
				Loop: { main: [[to('Done')], [to('Copy.ai')]] },
				'Copy.ai': { main: [[to('Loop')]] },
			},
			settings: { executionOrder: 'v1' },
		};
		const { execution } = await run(site, flow);
		assert.equal(output(execution, 'Done').length, 30);
		assert.equal(new Set(output(execution, 'Done').map(({ id }) => id)).size, 30);
		assert.equal(site.fake.runs.length, 30);
	},

	'in a sub-workflow': async (site) => {
		const sub = await site.client.createWorkflow(
			chain(
				'sub',
				node(
					'Called',
					'n8n-nodes-base.executeWorkflowTrigger',
					{ inputSource: 'passthrough' },
					{ typeVersion: 1.1 },
				),
				copyAi(site, {}),
			),
		);
		// 2.x calls only what is published.
		await site.client.activate(sub.id).catch(() => undefined);
		const call = node(
			'Call',
			'n8n-nodes-base.executeWorkflow',
			{ workflowId: { __rl: true, mode: 'id', value: sub.id }, options: {} },
			{ typeVersion: 1.2 },
		);
		const { execution } = await run(site, chain('calls', start(), three(), call));
		assert.deepEqual(
			output(execution, 'Call').map(({ status }) => status),
			done(3),
		);
		assert.equal(site.fake.runs.length, 3);
	},

	'continue on error: one output, and a second one for errors': async (site) => {
		site.fake.set({ runRules: [{ ...chairFails, times: undefined }] });
		const one = await run(
			site,
			chain('one', start(), three(), copyAi(site, {}, { onError: 'continueRegularOutput' })),
		);
		assert.deepEqual(statuses(one.execution), ['COMPLETE', undefined, 'COMPLETE']);
		assert.match(
			String((output(one.execution)[1].error as Json).message),
			/failed: no seat \[Item 1\]/,
		);
		const two = await run(
			site,
			chain('two', start(), three(), copyAi(site, {}, { onError: 'continueErrorOutput' })),
		);
		assert.deepEqual(statuses(two.execution), done(2));
		assert.equal(output(two.execution, 'Copy.ai', 1).length, 1);
	},

	'Start, n8n Wait, Copy.ai Wait: n8n restarted in the middle': async (site) => {
		const { client, fake } = site;
		fake.set({ durationMs: 20_000 });
		const pause = node(
			'Pause',
			'n8n-nodes-base.wait',
			{ amount: 70, unit: 'seconds' },
			{ typeVersion: 1.1, webhookId: 'pause' },
		);
		const workflow = await client.createWorkflow(
			chain(
				'restart',
				node(
					'Hook',
					'n8n-nodes-base.webhook',
					{ path: 'restart', httpMethod: 'POST' },
					{ typeVersion: 2, webhookId: 'restart' },
				),
				three(),
				copyAi(site, { operation: 'start' }, {}, 'Start run'),
				pause,
				copyAi(site, {
					operation: 'wait',
					runId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
				}),
			),
		);
		await client.activate(workflow.id);
		const { execution, tries } = await overRestart(site, async () => {
			const known = (await client.executions(workflow.id)).length;
			await client.callWebhook('restart');
			const [{ id }] = await until(
				async () => await client.executions(workflow.id),
				(list) => list.length > known && list[0].status === 'waiting',
			);
			return id;
		});
		await client.deactivate(workflow.id);
		assert.deepEqual(
			[execution.status, execution.data.resultData.error?.message],
			['success', undefined],
		);
		assert.deepEqual(statuses(execution), done(3));
		assert.equal(fake.runs.length, 3 * tries);
		return `${tries - 1} times crashed by n8n's own account`;
	},

	...creditsChecks,

	'workflows saved with earlier releases still run': async (site) => {
		const folder = join(__dirname, 'saved');
		const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
		for (const file of files) {
			site.fake.reset();
			const saved = JSON.parse(readFileSync(join(folder, file), 'utf8')) as NewWorkflow;
			for (const saver of saved.nodes) {
				if (saver.type.startsWith('n8n-nodes-copy-ai.'))
					saver.credentials = copyAi(site, {}).credentials;
			}
			const { execution } = await run(site, saved);
			assert.equal(execution.status, 'success', file);
			assert.deepEqual(statuses(execution), done(3), file);
		}
		assert.ok(files.length > 0);
		return `${files.length} workflows`;
	},
};
