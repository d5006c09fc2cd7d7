/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** Our package as users get it: packed by npm and unpacked where n8n looks for community packages. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { run, temporaryFolder } from './processes';

const root = resolve(__dirname, '../..');

interface Manifest {
	name: string;
	n8n?: { nodes?: string[]; credentials?: string[] };
}

/**
 * Runs `npm pack` on a package that is built already.
 * @param folder the package, by default this one
 * @returns the .tgz, which goes when this process ends
 * @throws Error when something is missing that package.json lists for n8n
 */
export async function packPackage(folder = root): Promise<string> {
	const { n8n } = await readManifest(folder);
	for (const file of [...(n8n?.nodes ?? []), ...(n8n?.credentials ?? [])]) {
		if (!existsSync(join(folder, file))) {
			throw new Error(`${file} is missing in ${folder}: run "npm run build" first`);
		}
	}
	const target = temporaryFolder('n8n-package-');
	const shell = process.platform === 'win32';
	await run(
		shell ? 'npm.cmd' : 'npm',
		['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', target],
		{ cwd: folder, shell },
	);
	const [tgz] = await readdir(target);
	return join(target, tgz);
}

/**
 * Unpacks a .tgz into the user folder of an n8n that is not running, in place of an older one of the same name.
 * @param userFolder what `N8N_USER_FOLDER` says
 * @returns the package's name
 */
export async function installPackage(tgz: string, userFolder: string): Promise<string> {
	const modules = join(userFolder, '.n8n', 'nodes', 'node_modules');
	await mkdir(modules, { recursive: true });
	const unpacked = await mkdtemp(join(modules, '.unpacked-'));
	await run('tar', ['-xzf', tgz, '-C', unpacked]);
	const { name } = await readManifest(join(unpacked, 'package'));
	const home = join(modules, name);
	await mkdir(dirname(home), { recursive: true });
	await rm(home, { recursive: true, force: true });
	await rename(join(unpacked, 'package'), home);
	await rm(unpacked, { recursive: true });
	return name;
}

async function readManifest(folder: string): Promise<Manifest> {
	return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}
