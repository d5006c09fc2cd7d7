/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import type { Json, NewWorkflow } from '../../../scripts/n8n/client';
import { output, run, type Site } from '../n8nInstance';

export async function manyRowsFailuresApart(site: Site, flow: NewWorkflow) {
	site.fake.set({ runRules: [{ inputContains: 'chair', end: 'FAILED', error: 'no seat' }] });
	const { execution } = await run(site, flow);
	assert.equal(output(execution, 'Publish').length, 2);
	const [failed] = output(execution, 'Tell somebody') as Array<{ error: Json; product: string }>;
	assert.match(String(failed.error.message), /failed: no seat/);
	assert.match(String(failed.error.runId), /^WRUN-/);
	assert.equal(failed.product, 'Folding chair');
	// Again: the two good rows cost nothing any more.
	await run(site, flow);
	assert.equal(site.fake.runs.length, 4);
}
