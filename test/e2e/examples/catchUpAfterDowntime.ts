/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import type { NewWorkflow } from '../../../scripts/n8n/client';
import { output, type Site } from '../n8nInstance';
import { WORKFLOW } from './flow';

export async function catchUpAfterDowntime(site: Site, flow: NewWorkflow) {
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
	const cameOut = async () => {
		const execution = await client.waitForExecution(await client.runManually(workflow.id));
		assert.equal(execution.status, 'success');
		return ['Publish', 'Tell somebody'].map((name) => output(execution, name).map(({ id }) => id));
	};
	assert.deepEqual(await cameOut(), [[missed], [failed]]);
	assert.deepEqual(await cameOut(), [[], []]);
	const late = seed(0, 'COMPLETE');
	assert.deepEqual(await cameOut(), [[late], []]);
}
