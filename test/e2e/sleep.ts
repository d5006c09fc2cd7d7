/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewWorkflow } from '../../scripts/n8n/client';
import type { N8nVersion } from '../../scripts/n8n/install';
import { withShortSleep } from './fasterPackage';
import { type B3osAsleep, beginB3os, packB3os } from './sleepB3os';
import {
	chain,
	copyAi,
	node,
	openSite,
	output,
	rows,
	type Site,
	start,
	until,
} from './n8nInstance';
import { type SleepCheck, sleepFlows } from './sleepFlows';
import type { Table } from './table';

/** Runs of five minutes: the node is awake for one, and asleep for the rest. */
const LONG_RUN_MS = 300_000;

/** Until n8n has woken what is asleep, polled, and put it to sleep or ended it: two of its minutes, and some seconds. */
const AWAKE_WITHIN_MS = 150_000;

/**
 * What sleeps in n8n's database, in one n8n with SQLite that is killed meanwhile, as a table's rows. The node is awake
 * for two seconds instead of a minute; n8n itself looks for sleepers once a minute, as ever.
 *
 * @param only runs just the rows whose name holds this
 */
export async function sleepRows(
	table: Table,
	version: N8nVersion,
	packages: string[],
	only = '',
): Promise<void> {
	const faster = await withShortSleep(packages[0]);
	const site = await openSite(version, [faster, await packB3os()]);
	const execute = async (workflowId: string) => await site.client.runManually(workflowId);
	const row = async (what: string, check: () => Promise<string | void>) =>
		await table.row(`n8n ${version}`, what, check);
	try {
		const flows = Object.entries(sleepFlows).filter(([what]) => what.includes(only));
		const begun = flows.length > 0 ? await beginAndKill(site, flows, row) : undefined;
		const b3os = REAL_SLEEP.includes(only)
			? await beginB3os(site.client, LONG_RUN_MS, start(), execute)
			: undefined;
		if (begun) await checkAll(site, flows, begun, row);
		if (b3os) await row(REAL_SLEEP, async () => await killedAsleep(site, b3os));
		if (KILLED_AWAKE.includes(only)) await row(KILLED_AWAKE, async () => await killedAwake(site));
		await b3os?.close();
	} finally {
		await site.close();
	}
}

type AddRow = (what: string, check: () => Promise<string | void>) => Promise<void>;

type Flows = Array<[what: string, check: SleepCheck]>;

/** Begins all, and kills n8n while all are asleep. @returns the executions' IDs */
async function beginAndKill(site: Site, flows: Flows, row: AddRow): Promise<Map<string, string>> {
	const { client, fake } = site;
	fake.reset();
	fake.set({ runRules: flows.flatMap(([, { runRules }]) => runRules ?? []), durationMs: 15_000 });
	const begun = new Map<string, string>();
	await row('asleep: nothing is running, and n8n is killed', async () => {
		for (const [what, { begin }] of flows) begun.set(what, await begin(site));
		for (const [what, { isAwake }] of flows) {
			const id = begun.get(what)!;
			await (isAwake ? client.waitForExecution(id) : untilAsleep(site, id));
		}
		for (const [what, { whileAsleep }] of flows) await whileAsleep?.(site, begun.get(what)!);
		const asleep = await client.allExecutions({});
		assert.deepEqual(
			asleep.filter(({ status }) => status === 'running' || status === 'new'),
			[],
		);
		await killAndStart(site);
		return `${asleep.filter(({ status }) => status === 'waiting').length} executions asleep`;
	});
	return begun;
}

/** Checks each once it has ended. */
async function checkAll(
	site: Site,
	flows: Flows,
	begun: Map<string, string>,
	row: AddRow,
): Promise<void> {
	for (const [what, { check }] of flows) {
		await row(what, async () => {
			const execution = await site.client.waitForExecution(begun.get(what)!, AWAKE_WITHIN_MS);
			await check(site, execution);
		});
	}
}

/** By now, B3OS's runs have been waited for in the process for a minute, and are asleep until they have ended. */
async function killedAsleep(site: Site, { execution, check }: B3osAsleep): Promise<string> {
	await untilAsleep(site, execution);
	await killAndStart(site);
	return await check();
}

/** While n8n starts, it calls all that sleeps crashed for a moment. */
async function killAndStart({ client, n8n }: Site, meanwhile = () => {}): Promise<void> {
	await n8n.kill();
	meanwhile();
	await n8n.start();
	await client.login();
	await sleep(5000);
}

async function untilAsleep({ client }: Site, id: string): Promise<void> {
	const { status } = await until(
		async () => await client.execution(id),
		(execution) => execution.status !== 'running' && execution.status !== 'new',
		90_000,
	);
	assert.equal(status, 'waiting');
}

const REAL_SLEEP =
	'Sleep While Waiting: B3OS, awake for a minute, asleep for the rest, n8n killed meanwhile';
const KILLED_AWAKE = 'Sleep While Waiting: n8n is killed while the helper polls';

/** n8n is killed in the middle of a poll: an honest error, and the same rows again start nothing. */
async function killedAwake(site: Site): Promise<string> {
	const { client, fake } = site;
	fake.reset();
	fake.set({ durationMs: 5000 });
	const flow: NewWorkflow = chain(
		'killed awake',
		start(),
		rows([{ product: 'a' }, { product: 'b' }, { product: 'c' }]),
		copyAi(site, {
			options: { sleepWhileWaiting: true, startKey: '=awake-{{ $json.product }}' },
		}),
		node('End', 'n8n-nodes-base.noOp'),
	);
	const workflow = await client.createWorkflow(flow);
	const id = await client.runManually(workflow.id);
	await untilAsleep(site, id);
	const polls = fake.counts.total;
	fake.set({ latencyMs: 20_000 });
	await until(
		async () => fake.counts.total,
		(count) => count > polls,
		AWAKE_WITHIN_MS,
	);
	await killAndStart(site, () => fake.set({ latencyMs: 0 }));
	const execution = await client.waitForExecution(id, AWAKE_WITHIN_MS);
	const { error, runData } = execution.data.resultData;
	if (execution.status === 'success') {
		assert.equal(output(execution, 'End').length, 3);
	} else {
		assert.ok(error?.message);
		assert.equal(runData.End, undefined);
	}
	const again = await client.waitForExecution(await client.runManually(workflow.id));
	assert.deepEqual(
		output(again, 'End').map(({ status }) => status),
		['COMPLETE', 'COMPLETE', 'COMPLETE'],
	);
	assert.equal(fake.runs.length, 3);
	return `${execution.status}: ${error?.message ?? ''}`;
}
