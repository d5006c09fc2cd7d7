/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** The example workflows, imported as they are and run. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import type { NewWorkflow } from '../../../scripts/n8n/client';
import { choose, exampleNames, load } from '../../../test/e2e/examples/flow';
import { output } from '../../../test/e2e/n8nInstance';
import { canvasPicture } from '../../../test/e2e/screenshot';
import { defaultSettings, type RunRule } from '../fakes/b3os';
import { type Mailbox, startMailbox } from './mailbox';
import { run, type Site } from './site';

const folder = resolve(__dirname, '../../examples');
const pictures = resolve(__dirname, '../../docs/images');

interface Example {
	runRules: RunRule[];
	check: (site: Site, flow: NewWorkflow, mailbox: Mailbox) => Promise<void>;
}

/** Their outputs and mails, by the name of their file. */
const examples: Record<string, Example> = {
	'approval-in-the-middle': {
		runRules: [{ durationMs: 8_000, wait: { triggerType: 'human-approval', timeoutMs: 600_000 } }],
		async check(site, flow, { mails }) {
			const execution = await run(site, flow);
			const [started] = output(execution, 'Start payout');
			assert.equal(started.status, 'waiting');
			assert.match(mails[0], new RegExp(`Please approve run\\s+${String(started.id)}`));
			assert.match(mails[0], /It waits at ask until 20/);
			const [finished] = output(execution, 'Wait for payout');
			assert.deepEqual([finished.id, finished.status], [started.id, 'success']);
			assert.equal(site.fake.service.runs.length, 1);
			const { id } = await site.client.createWorkflow(flow);
			const size = { width: 1100, height: 420 };
			await canvasPicture(site, id, 'approval-in-the-middle.png', size, pictures);
		},
	},

	'scheduled-portfolio-report': {
		runRules: [{ nodes: { report: { total: 1234 } } }],
		async check(site, flow, { mails }) {
			for (const mornings of [1, 2]) {
				const execution = await run(site, flow);
				const [{ output: nodes }] = output(execution, 'Make report');
				assert.deepEqual(nodes, { report: { total: 1234 } });
				assert.equal(mails.length, mornings);
			}
			assert.match(mails[0], /Subject: Portfolio on 20\d\d-\d\d-\d\d/);
			assert.match(mails[0], /"total": 1234/);
			assert.equal(site.fake.service.runs.length, 1);
		},
	},

	'simulate-before-run': {
		runRules: [{ payloadContains: 'SOL', end: 'failure' }],
		async check(site, flow) {
			const execution = await run(site, flow);
			assert.deepEqual(
				output(execution, 'Run').map(({ id, status }) => [id, status]),
				[['run_swap_a1', 'success']],
			);
			const [failed] = output(execution, 'Did it succeed?', 1);
			assert.match(JSON.stringify(failed.failure), /insufficient funds/);
			const real = site.fake.service.runs.filter(({ simulate }) => !simulate);
			assert.deepEqual(
				real.map(({ payload, version }) => [payload, version]),
				[[{ token: 'ETH', amount: 1 }, 3]],
			);
			assert.equal(site.fake.service.runs.length, 3);
		},
	},
};

/** Imports an example, chooses credentials, and runs it. */
async function checkExample(site: Site, name: string, { runRules, check }: Example): Promise<void> {
	const { client, credential, fake } = site;
	assert.deepEqual(exampleNames(folder), Object.keys(examples).sort(), 'each has its test');
	const mailbox = await startMailbox();
	try {
		const workflows = [{ ...defaultSettings.workflows[0], id: 'wf_your_workflow' }];
		fake.service.set({ workflows, runRules });
		const smtp = await client.createCredential('Mailbox', 'smtp', mailbox.credential);
		const flow = load(name, folder);
		choose(flow, { ...credential, type: 'b3osApi' }, { ...smtp, type: 'smtp' });
		await check(site, flow, mailbox);
	} finally {
		await mailbox.close();
	}
}

/** Rows of the table. */
export const exampleChecks = Object.fromEntries(
	Object.entries(examples).map(([name, example]) => [
		`example ${name}`,
		async (site: Site) => await checkExample(site, name, example),
	]),
);
