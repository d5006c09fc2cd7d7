/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import type { NewWorkflow } from '../../../scripts/n8n/client';
import { output, run, type Site } from '../n8nInstance';

export async function manyRowsFailuresApart(site: Site, flow: NewWorkflow) {
	site.fake.set({ runRules: [{ inputContains: 'chair', end: 'FAILED', error: 'no seat' }] });
	const { execution } = await run(site, flow);
	assert.equal(output(execution, 'Publish').length, 2);
	assert.match(String(output(execution, 'Tell somebody')[0].error), /failed: no seat/);
	// Again: the two good rows cost nothing any more.
	await run(site, flow);
	assert.equal(site.fake.runs.length, 4);
}
