/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console */
/**
 * `npm run test:e2e`: real n8n, as users have it. Needs minutes, and installs what it needs.
 * `npm run test:e2e -- 2.41` runs one part, `-- 2.41 trigger` only its rows that are named so.
 */
import { b3os } from '../../b3os/test/e2e/checks';
import type { N8nVersion } from '../../scripts/n8n/install';
import { packPackage } from '../../scripts/n8n/pack';
import { agentOn } from './agent';
import { editorOn } from './editor';
import { listeningOn } from './editorTrigger';
import { examples } from './examples';
import { matrix } from './matrix';
import { queue } from './queue';
import { ensureServices } from './services';
import { openSite, type Site } from './n8nInstance';
import { Table } from './table';

type Part = (table: Table, packages: string[], only?: string) => Promise<void>;

const parts: Record<string, Part> = {
	'2.41': async (table, packages, only) => await matrix(table, '2.41.1', packages, only),
	'1.123': async (table, packages, only) => await matrix(table, '1.123.81', packages, only),
	examples: async (table, packages, only) => await examples(table, '2.41.1', packages, only),
	'editor-2.41': async (table, packages) => await onSite(table, '2.41.1', packages, editor),
	'editor-1.123': async (table, packages) => await onSite(table, '1.123.81', packages, editor),
	'agent-2.41': async (table, packages) => await onSite(table, '2.41.1', packages, agent),
	'agent-1.123': async (table, packages) => await onSite(table, '1.123.81', packages, agent),
	'queue-2.41': async (table, packages) => await queue(table, '2.41.1', packages),
	'queue-1.123': async (table, packages) => await queue(table, '1.123.81', packages),
	'b3os-2.41': async (table, _, only) => await b3os(table, '2.41.1', only),
	'b3os-1.123': async (table, _, only) => await b3os(table, '1.123.81', only),
};

interface SiteRow {
	what: string;
	/** May answer a note. */
	check: (site: Site) => Promise<string | void>;
}

const editor: SiteRow[] = [
	{ what: 'editor in Chromium: add a node, configure it, execute', check: editorOn },
	{ what: 'editor in Chromium: listen for a test event', check: listeningOn },
];
const agent: SiteRow[] = [
	{ what: 'tool of an AI agent: called, run once, answered', check: agentOn },
];

/** Rows in an n8n of their own. */
async function onSite(
	table: Table,
	version: N8nVersion,
	packages: string[],
	rows: SiteRow[],
): Promise<void> {
	const site = await openSite(version, packages);
	try {
		for (const { what, check } of rows) {
			await table.row(`n8n ${version}`, what, async () => await check(site));
		}
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
