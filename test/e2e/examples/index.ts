/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import type { NewWorkflow } from '../../../scripts/n8n/client';
import type { N8nVersion } from '../../../scripts/n8n/install';
import { openSite, type Site } from '../n8nInstance';
import type { Table } from '../table';
import { aiAgentWritesWithCopyAi } from './aiAgentWritesWithCopyAi';
import { catchUpAfterDowntime } from './catchUpAfterDowntime';
import { crmRowBecomesAPost } from './crmRowBecomesAPost';
import { choose, exampleNames, load } from './flow';
import { longRunsThatSurviveARestart } from './longRunsThatSurviveARestart';
import { manyRowsFailuresApart } from './manyRowsFailuresApart';
import { manyRowsWithinABudget } from './manyRowsWithinABudget';
import { whenARunCompletes } from './whenARunCompletes';

/** What each example shows, in a real n8n. May answer a note with figures. */
const checks: Record<string, (site: Site, flow: NewWorkflow) => Promise<string | void>> = {
	'many-rows-failures-apart': manyRowsFailuresApart,
	'many-rows-within-a-budget': manyRowsWithinABudget,
	'crm-row-becomes-a-post': crmRowBecomesAPost,
	'ai-agent-writes-with-copy-ai': aiAgentWritesWithCopyAi,
	'long-runs-that-survive-a-restart': longRunsThatSurviveARestart,
	'when-a-run-completes': whenARunCompletes,
	'catch-up-after-downtime': catchUpAfterDowntime,
};

/** Imports each example as it is, chooses credentials, and runs it. */
export async function examples(
	table: Table,
	version: N8nVersion,
	packages: string[],
	only = '',
): Promise<void> {
	const site = await openSite(version, packages);
	try {
		assert.deepEqual(exampleNames(), Object.keys(checks).sort(), 'each example has its test');
		for (const [name, check] of Object.entries(checks)) {
			if (!name.includes(only)) continue;
			site.fake.reset();
			await table.row(`n8n ${version}`, `example ${name}`, async () => {
				const flow = load(name);
				choose(flow, site.credential);
				return await check(site, flow);
			});
		}
	} finally {
		await site.close();
	}
}
