/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error */
/** What has become of a package since its last release: its size, its load time, and what n8n's scanner finds in it. */
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run, temporaryFolder } from '../n8n/processes';
import { measureLoad } from './load';
import type { Manifest } from './manifest';
import { scan } from './scan';

export interface Measures {
	version: string;
	/** Bytes of the .tgz. */
	size: number;
	/** ms. */
	load: number;
	/** Findings of n8n's scanner. */
	findings: number;
}

/** @returns the folder of what is in a .tgz of npm's */
export async function unpack(tgz: string): Promise<string> {
	const folder = join(temporaryFolder('n8n-verify-'), 'package');
	await mkdir(folder);
	await run('tar', ['-xzf', tgz, '-C', folder, '--strip-components=1']);
	return folder;
}

/**
 * Measures the newest version that npm has.
 *
 * @returns nothing if npm has none, or one from another repository
 * @throws Error when npm can't be asked
 */
export async function measureLastRelease({
	name,
	repository,
}: Manifest): Promise<Measures | undefined> {
	const tgz = await download(name);
	if (!tgz) return undefined;
	const folder = await unpack(tgz);
	const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
	if (manifest.repository?.url !== repository?.url) return undefined;
	const { size } = await stat(tgz);
	const { ms } = await measureLoad(folder, manifest);
	const { length } = await scan(folder, 'package');
	return { version: manifest.version, size, load: ms, findings: length };
}

async function download(name: string): Promise<string | undefined> {
	const folder = temporaryFolder('n8n-release-');
	const shell = process.platform === 'win32';
	try {
		await run(
			shell ? 'npm.cmd' : 'npm',
			['pack', `${name}@latest`, '--loglevel=error', '--pack-destination', folder],
			{ cwd: folder, shell },
		);
	} catch (error) {
		if (/E404/.test(String(error))) return undefined;
		throw error;
	}
	const [tgz] = await readdir(folder);
	return join(folder, tgz);
}

/** One line: what is different from the last release. */
export function compared(now: Measures, last: Measures | undefined): string {
	if (!last) return 'There is no release to compare with.';
	const percent = Math.round((now.size / last.size - 1) * 100);
	const parts = [
		`${signed(percent)} % size`,
		`${signed(Math.round(now.load - last.load))} ms load time`,
		`${signed(now.findings - last.findings)} findings of n8n's scanner`,
	];
	return `Since ${last.version}: ${parts.join(', ')}.`;
}

function signed(number: number): string {
	return number > 0 ? `+${number}` : String(number);
}
