/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** What holds on n8n's new engine, and what doesn't: `settings.engineType` is `v2`. The README says the same. */
import { randomUUID } from 'crypto';
import assert from 'node:assert/strict';
import type { Execution, Json } from '../../scripts/n8n/client';
import { ensureN8n, type N8nVersion } from '../../scripts/n8n/install';
import { chain, copyAi, openSite, output, rows, run, type Site, start } from './n8nInstance';
import { database, PG } from './postgres';
import type { Table } from './table';

const names = ['lamp', 'chair', 'desk'];
const oneFails = {
	runRules: [{ inputContains: 'chair', end: 'FAILED' as const, error: 'no seat' }],
};

/** @param only runs just the rows whose name holds this */
export async function newEngine(
	table: Table,
	version: N8nVersion,
	packages: string[],
	only = '',
): Promise<void> {
	const query = database((await ensureN8n(version)).folder, 'postgres');
	const name = `engine_${randomUUID().replaceAll('-', '')}`;
	await query(`CREATE DATABASE ${name}`);
	const site = await openSite(version, packages, {
		N8N_ENABLED_MODULES: 'engine-v2',
		N8N_ENGINE_DATABASE_URL: `postgres://${PG.user}@${PG.host}:${PG.port}/${name}`,
	});
	try {
		for (const [what, check] of Object.entries(checks)) {
			if (!what.includes(only)) continue;
			site.fake.reset();
			await table.row(`n8n ${version}, new engine`, what, async () => await check(site));
		}
	} finally {
		await site.close();
		await query(`DROP DATABASE ${name} WITH (FORCE)`);
	}
}

async function startAndWait(
	site: Site,
	parameters: Json = {},
	settings: Json = {},
): Promise<Execution> {
	const items = rows(names.map((product) => ({ product })));
	const flow = chain('new engine', start(), items, copyAi(site, parameters, settings));
	const { execution } = await run(site, {
		...flow,
		settings: { ...flow.settings, engineType: 'v2' },
	});
	// The old one counts.
	assert.match(String(execution.id), /^[0-9a-f-]{36}$/);
	return execution;
}

const checks: Record<string, (site: Site) => Promise<void>> = {
	'three items become three texts, in item order': async (site) => {
		const execution = await startAndWait(site);
		assert.deepEqual(
			output(execution).map((json) => (json.output as Json).text),
			names.map((name) => `Made from: ${name}`),
		);
		assert.equal(site.fake.runs.length, 3);
	},

	'with a Start Key, a second execution starts nothing': async (site) => {
		const options = { startKey: '={{ $json.product }}' };
		const first = await startAndWait(site, { options });
		const second = await startAndWait(site, { options });
		assert.deepEqual(output(second), output(first));
		assert.equal(site.fake.counts.startRun, 3);
	},

	'Sleep While Waiting waits as usual': async (site) => {
		const execution = await startAndWait(site, { options: { sleepWhileWaiting: true } });
		assert.deepEqual(
			output(execution).map(({ status }) => status),
			names.map(() => 'COMPLETE'),
		);
		// The engine keeps no hints of nodes.
		assert.equal(execution.data.resultData.runData['Copy.ai'][0].hints, undefined);
	},

	'a failed run stops the node, and Retry On Fail is ignored': async (site) => {
		site.fake.set(oneFails);
		const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
		const { status, data } = await startAndWait(site, {}, retry);
		assert.equal(status, 'error');
		assert.match(data.resultData.error?.message ?? '', /failed: no seat/);
		assert.equal(site.fake.counts.startRun, 3);
	},

	'On Error > Continue: a failed item comes with its message and its run': async (site) => {
		site.fake.set(oneFails);
		const json = output(await startAndWait(site, {}, { onError: 'continueRegularOutput' }));
		assert.deepEqual(
			json.map(({ status, error }) => status ?? (error as Json).status),
			['COMPLETE', 'FAILED', 'COMPLETE'],
		);
		const { message, runId } = json[1].error as Json;
		assert.match(String(message), /failed: no seat/);
		assert.ok(site.fake.runs.some(({ id }) => id === runId));
	},

	'an error output is refused by n8n before anything is sent': async (site) => {
		await assert.rejects(
			startAndWait(site, {}, { onError: 'continueErrorOutput' }),
			/continueErrorOutput, which is not supported yet/,
		);
		assert.equal(site.fake.counts.total, 0);
	},
};
