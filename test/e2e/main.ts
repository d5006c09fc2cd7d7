/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console */
/**
 * `npm run test:e2e`: real n8n, as users have it. Needs minutes, and installs what it needs.
 * `npm run test:e2e -- 2.41` runs one part, `-- 2.41 trigger` only its rows that are named so.
 */
import { b3os } from '../../b3os/test/e2e/checks';
import { packPackage } from '../../scripts/n8n/pack';
import { agentOn } from './agent';
import { editorOn } from './editor';
import { examples } from './examples';
import { matrix } from './matrix';
import { queue } from './queue';
import { ensureServices } from './services';
import { openSite, type Site } from './site';
import { Table } from './table';

type Part = (table: Table, packages: string[], only?: string) => Promise<void>;

const parts: Record<string, Part> = {
	'2.41': async (table, packages, only) => await matrix(table, '2.41.1', packages, only),
	'1.123': async (table, packages, only) => await matrix(table, '1.123.81', packages, only),
	examples: async (table, packages, only) => await examples(table, '2.41.1', packages, only),
	editor: async (table, packages) =>
		await onSite(
			table,
			packages,
			'editor in Chromium: paste a workflow, see its fields, execute',
			editorOn,
		),
	agent: async (table, packages) =>
		await onSite(table, packages, 'tool of an AI agent: called, run once, answered', agentOn),
	'queue-2.41': async (table, packages) => await queue(table, '2.41.1', packages),
	'queue-1.123': async (table, packages) => await queue(table, '1.123.81', packages),
	'b3os-2.41': async (table, _, only) => await b3os(table, '2.41.1', only),
	'b3os-1.123': async (table, _, only) => await b3os(table, '1.123.81', only),
};

/** One row in a newest n8n of its own. */
async function onSite(
	table: Table,
	packages: string[],
	what: string,
	check: (site: Site) => Promise<void>,
): Promise<void> {
	const site = await openSite('2.41.1', packages);
	try {
		await table.row('n8n 2.41.1', what, async () => await check(site));
	} finally {
		await site.close();
	}
}

async function main(): Promise<void> {
	const [asked, only] = process.argv.slice(2);
	if (asked && !(asked in parts)) {
		throw new Error(`There is no part ${asked}; there are ${Object.keys(parts).join(', ')}`);
	}
	await ensureServices();
	const table = new Table();
	const packages = [await packPackage()];
	for (const name of asked ? [asked] : Object.keys(parts)) {
		// A part that can't even begin is a row that did not pass.
		await parts[name](table, packages, only).catch(
			async (error: Error) =>
				await table.row(name, 'begins', async () => await Promise.reject(error)),
		);
	}
	console.log(`\n${table}`);
	process.exitCode = table.failed > 0 ? 1 : 0;
}

void main().catch((error) => {
	console.error(error);
	process.exitCode = 1;
});
