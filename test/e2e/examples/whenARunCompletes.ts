/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import type { NewWorkflow } from '../../../scripts/n8n/client';
import { output, type Site, until } from '../n8nInstance';
import { WORKFLOW } from './flow';

export async function whenARunCompletes(site: Site, flow: NewWorkflow) {
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
	// At the same time: n8n's Remove Duplicates trips over its own first entry then, and has to try again.
	await Promise.all([
		deliver(site, 'workflowRun.completed', good.id),
		deliver(site, 'workflowRun.failed', bad.id),
	]);
	const list = await until(
		async () => await client.executions(workflow.id),
		(all) => all.length === 2,
	);
	const ended = await Promise.all(list.map(async ({ id }) => await client.waitForExecution(id)));
	await client.deactivate(workflow.id);
	assert.deepEqual(
		ended.map(({ status, data }) => [status, data.resultData.error?.message]),
		[
			['success', undefined],
			['success', undefined],
		],
	);
	assert.deepEqual(
		ended.flatMap((execution) => output(execution, 'Publish')).map(({ id }) => id),
		[good.id],
	);
	assert.deepEqual(
		ended.flatMap((execution) => output(execution, 'Tell somebody')).map(({ id }) => id),
		[bad.id],
	);
}

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
