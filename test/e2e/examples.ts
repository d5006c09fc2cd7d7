/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { N8nVersion } from '../../scripts/n8n/install';
import type { NewWorkflow } from '../../scripts/n8n/client';
import { openSite, output, overRestart, run, type Site, until } from './site';
import type { Table } from './table';

const WORKFLOW = 'WCFG-your-workflow';

/** Imports each example as it is, with a credential and nothing else, and runs it. */
export async function examples(
	table: Table,
	version: N8nVersion,
	packages: string[],
	only = '',
): Promise<void> {
	const site = await openSite(version, packages);
	try {
		for (const [name, check] of Object.entries(checks)) {
			if (!name.includes(only)) continue;
			site.fake.reset();
			await table.row(
				`n8n ${version}`,
				`example ${name}`,
				async () => await check(site, load(site, name)),
			);
		}
	} finally {
		await site.close();
	}
}

const checks: Record<string, (site: Site, flow: NewWorkflow) => Promise<string | void>> = {
	'many-rows-failures-apart': async (site, flow) => {
		site.fake.set({ runRules: [{ inputContains: 'chair', end: 'FAILED', error: 'no seat' }] });
		const { execution } = await run(site, flow);
		assert.equal(output(execution, 'Publish').length, 2);
		assert.match(String(output(execution, 'Tell somebody')[0].error), /ended FAILED: no seat/);
		// Again: the two good rows cost nothing any more.
		await run(site, flow);
		assert.equal(site.fake.runs.length, 4);
	},

	'long-runs-that-survive-a-restart': async (site, flow) => {
		const { client, fake } = site;
		fake.set({ durationMs: 20_000 });
		const workflow = await client.createWorkflow(flow);
		const { execution, tries } = await overRestart(site, async () => {
			const id = await client.runManually(workflow.id);
			await until(
				async () => await client.execution(id),
				({ status }) => status === 'waiting',
			);
			return id;
		});
		const { error } = execution.data.resultData;
		assert.deepEqual([execution.status, error?.message], ['success', undefined]);
		assert.deepEqual(
			output(execution, 'Wait for run').map(({ status }) => status),
			['COMPLETE', 'COMPLETE', 'COMPLETE'],
		);
		assert.equal(fake.runs.length, 3 * tries);
		return `${tries - 1} times crashed by n8n's own account`;
	},

	'catch-up-after-downtime': async (site, flow) => {
		const { client, fake } = site;
		const seed = (daysAgo: number, status: string) =>
			fake.seedRuns([
				{
					workflowId: WORKFLOW,
					status,
					createdAt: new Date(Date.now() - daysAgo * 86_400_000).toISOString(),
				},
			])[0].id;
		const [, missed, failed] = [
			seed(30, 'COMPLETE'),
			seed(2, 'COMPLETE'),
			seed(1, 'FAILED'),
			seed(0, 'PROCESSING'),
		];
		const workflow = await client.createWorkflow(flow);
		const published = async () => {
			const execution = await client.waitForExecution(await client.runManually(workflow.id));
			assert.equal(execution.status, 'success');
			return output(execution, 'Publish').map(({ id }) => id);
		};
		assert.deepEqual(await published(), [failed, missed]);
		assert.deepEqual(await published(), []);
		const late = seed(0, 'COMPLETE');
		assert.deepEqual(await published(), [late]);
	},

	'when-a-run-completes': async (site, flow) => {
		const { client, fake } = site;
		const workflow = await client.createWorkflow(flow);
		await client.activate(workflow.id);
		await until(
			async () => fake.webhooks.length,
			(count) => count === 2,
		);
		const [good, bad] = fake.seedRuns([
			{ workflowId: WORKFLOW },
			{ workflowId: WORKFLOW, status: 'FAILED' },
		]);
		await deliver(site, 'workflowRun.completed', good.id);
		await deliver(site, 'workflowRun.failed', bad.id);
		const list = await until(
			async () => await client.executions(workflow.id),
			(all) => all.length === 2,
		);
		const ended = await Promise.all(list.map(async ({ id }) => await client.waitForExecution(id)));
		await client.deactivate(workflow.id);
		assert.deepEqual(
			ended.flatMap((execution) => output(execution, 'Publish')).map(({ id }) => id),
			[good.id],
		);
		assert.deepEqual(
			ended.flatMap((execution) => output(execution, 'Tell somebody')).map(({ id }) => id),
			[bad.id],
		);
	},
};

/** n8n answers a moment after the registration. */
async function deliver(
	{ fake }: Site,
	event: 'workflowRun.completed' | 'workflowRun.failed',
	run: string,
): Promise<void> {
	const webhook = fake.webhooks.find(({ eventType }) => eventType === event);
	await until(
		async () => await fake.deliver(webhook?.id ?? '', event, run),
		(status) => status === 200,
	);
}

function load({ credential }: Site, name: string): NewWorkflow {
	const file = join(__dirname, '..', '..', 'examples', `${name}.json`);
	const flow = JSON.parse(readFileSync(file, 'utf8')) as NewWorkflow;
	for (const { credentials } of flow.nodes) {
		if (credentials?.copyAiApi)
			credentials.copyAiApi = { id: credential.id, name: credential.name };
	}
	return flow;
}
