/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import type { NewWorkflow } from '../../../scripts/n8n/client';
import { output, overRestart, type Site, until } from '../n8nInstance';

export async function longRunsThatSurviveARestart(site: Site, flow: NewWorkflow) {
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
}
