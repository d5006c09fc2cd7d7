/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import type { NewWorkflow } from '../../../scripts/n8n/client';
import { output, run, type Site } from '../n8nInstance';

export async function manyRowsWithinABudget(site: Site, flow: NewWorkflow): Promise<string> {
	// Ten credits a run: two fit, of which one fails.
	site.fake.set({
		credits: 10,
		runRules: [{ inputContains: 'chair', end: 'FAILED', error: 'no seat', times: 1 }],
	});
	const { execution } = await run(site, flow);
	assert.equal(site.fake.runs.length, 2);
	assert.equal(output(execution, 'Publish').length, 2);
	const [failed, notStarted] = output(execution, 'Tell somebody').map(({ error }) =>
		String((error as { message: string }).message),
	);
	assert.match(failed, /failed: no seat/);
	assert.match(notStarted, /^Credit budget of 20 reached: 20 used by 2 runs, 1 item not started/);

	// Again: the lamp's run is used for both of its rows, and the budget is free for the others.
	const again = await run(site, flow);
	assert.equal(output(again.execution, 'Publish').length, 4);
	assert.equal(site.fake.runs.length, 4);
	return '4 rows, 2 runs each in 2 executions of 20 credits';
}
