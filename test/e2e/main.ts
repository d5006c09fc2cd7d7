/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
/**
 * `npm run test:e2e`: real n8n, as users have it. Needs minutes, and installs what it needs.
 * `npm run test:e2e -- matrix` runs one part, `-- matrix trigger` only its rows that are named so,
 * `-- matrix --n8n 2.20.x` on the newest n8n of that range. Without a version the parts run on the newest and on the oldest
 * supported n8n, side by side where there are two processors; with `--one-by-one` only the part that mostly waits runs beside
 * the others. `-- editor "first user" --film` makes the moving picture of README.md.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { b3os } from '../../b3os/test/e2e/checks';
import { latestN8n, type N8nVersion, oldestN8n, resolveN8n } from '../../scripts/n8n/install';
import { packPackage } from '../../scripts/n8n/pack';
import { agentOn } from './agent';
import { catchUp } from './catchUp';
import { editorOn } from './editor';
import { samplePastedOn } from './editorSample';
import { listeningOn } from './editorTrigger';
import { examples } from './examples';
import { firstRunOn, openInstalled } from './firstRun';
import { matrix } from './matrix';
import { newEngine } from './newEngine';
import { queue } from './queue';
import { ensureServices } from './services';
import { splitB3os } from './splitB3os';
import { openSite, type Site } from './n8nInstance';
import { sleepRows } from './sleep';
import { Table } from './table';

type Part = (table: Table, version: N8nVersion, packages: string[], only?: string) => Promise<void>;

const parts: Record<string, Part> = {
	matrix,
	catchUp,
	sleep: sleepRows,
	examples,
	editor: async (table, version, packages, only) => {
		const { site, took } = await openInstalled(version, packages);
		const first: SiteRow = {
			what: 'a first user, with README.md alone: from npm install to the first text',
			check: async () => `${took}, ${await firstRunOn(site)}`,
		};
		await onSite(table, site, [first, ...editor], only);
	},
	agent: async (table, version, packages) =>
		await onSite(table, await openSite(version, packages), agent),
	queue,
	newEngine,
	b3os: async (table, version, _, only) => await b3os(table, version, only),
	split: async (table) => await splitB3os(table),
};

/**
 * Parts that run on the newest n8n only: the examples are written for it, only it sleeps and has the new engine, and the
 * split repository needs none.
 */
const ONCE = ['examples', 'sleep', 'newEngine', 'split'];

interface SiteRow {
	what: string;
	/** May answer a note. */
	check: (site: Site) => Promise<string | void>;
}

const editor: SiteRow[] = [
	{ what: 'editor in Chromium: add a node, configure it, execute', check: editorOn },
	{ what: 'editor in Chromium: listen for a test event', check: listeningOn },
	{ what: 'editor in Chromium: paste a sample request', check: samplePastedOn },
];
const agent: SiteRow[] = [
	{ what: 'tool of an AI agent: called, run once, answered', check: agentOn },
];

/** Parts that mostly wait, so that others can run beside them. */
const waitingParts = ['catchUp', 'sleep'];

/** Rows in an n8n of their own. */
async function onSite(table: Table, site: Site, rows: SiteRow[], only = ''): Promise<void> {
	const { version } = site.n8n;
	try {
		for (const { what, check } of rows.filter((row) => row.what.includes(only))) {
			await table.row(`n8n ${version}`, what, async () => await check(site));
		}
	} finally {
		await site.close();
	}
}

/** One part on one n8n, with a table of its own. */
interface Job {
	name: string;
	version: N8nVersion;
	table: Table;
}

function jobsOn(version: N8nVersion, asked: string | undefined): Job[] {
	const names = asked ? [asked] : Object.keys(parts);
	return names
		.filter((name) => name === asked || !ONCE.includes(name) || version === latestN8n)
		.map((name) => ({ name, version, table: new Table() }));
}

/** Runs the jobs one after the other. One that can't even begin is a row that did not pass. */
async function runAll(jobs: Job[], packages: string[], only?: string): Promise<void> {
	for (const { name, version, table } of jobs) {
		await parts[name](table, version, packages, only).catch(
			async (error: Error) =>
				await table.row(`n8n ${version}`, `${name} begins`, async () => {
					throw error;
				}),
		);
	}
}

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			n8n: { type: 'string' },
			'one-by-one': { type: 'boolean', default: false },
			film: { type: 'boolean', default: false },
		},
	});
	const [asked, only] = positionals;
	if (asked && !(asked in parts)) {
		throw new Error(`There is no part ${asked}; there are ${Object.keys(parts).join(', ')}`);
	}
	await ensureServices();
	const packages = [await packPackage()];
	const both = asked && ONCE.includes(asked) ? [latestN8n] : [latestN8n, oldestN8n];
	const versions = values.n8n ? [await resolveN8n(values.n8n)] : both;
	const lines = versions.map((version) => jobsOn(version, asked));
	if (values['one-by-one'] || availableParallelism() < 2) {
		const jobs = lines.flat();
		const waiting = jobs.filter(({ name }) => waitingParts.includes(name));
		const working = jobs.filter((job) => !waiting.includes(job));
		await Promise.all([runAll(working, packages, only), runAll(waiting, packages, only)]);
	} else {
		// Each n8n mostly waits; nothing but the servers of the machine is shared between them.
		await Promise.all(lines.map(async (jobs) => await runAll(jobs, packages, only)));
	}
	const table = Table.of(lines.flat().map((job) => job.table));
	console.log(`\n${table}`);
	process.exitCode = table.failed > 0 ? 1 : 0;
}

void main().catch((error) => {
	console.error(error);
	process.exitCode = 1;
});
