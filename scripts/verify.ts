/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
/**
 * Whether a built package is what n8n's reviewers, and users, want. Prints what it finds and then ends with code 1.
 *
 * npm run verify, or for another folder: tsx scripts/verify.ts <folder>
 */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { packPackage } from './n8n/pack';
import { run, temporaryFolder } from './n8n/processes';
import { contentFindings, LARGEST_PACKAGE } from './verify/content';
import { loadFindings, measureLoad, SLOWEST_LOAD_MS } from './verify/load';
import { type Manifest, manifestFindings } from './verify/manifest';
import { lint, scan } from './verify/scan';

async function main(folder: string): Promise<void> {
	const tgz = await packPackage(folder);
	const unpacked = await unpack(tgz);
	const manifest = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8')) as Manifest;
	console.log(`Verifying ${manifest.name} ${manifest.version} …`);

	const { size } = await stat(tgz);
	const load = await measureLoad(unpacked, manifest);
	// Lint runs in a process of its own, beside the scanner.
	const findings = await Promise.all([
		check('n8n-node lint', async () => await lint(folder)),
		check('package.json', () => manifestFindings(manifest, folder)),
		check('files of the package', () => contentFindings(unpacked, manifest, size, load.files)),
		check('loading', () => loadFindings(load)),
		check("n8n's scanner, source", async () => await scan(folder, 'source')),
		check("n8n's scanner, package", async () => await scan(unpacked, 'package')),
	]);

	console.log(`Packed: ${(size / 1000).toFixed(1)} kB of at most ${LARGEST_PACKAGE / 1000} kB.`);
	console.log(
		`Loading nodes and credentials: ${load.ms.toFixed(1)} ms of at most ${SLOWEST_LOAD_MS} ms, ${load.files.length} files.`,
	);
	const found = findings.flat();
	if (found.length > 0) throw new Error(`\n${found.map((text) => `✗ ${text}`).join('\n')}`);
	console.log('Nothing found.');
}

async function unpack(tgz: string): Promise<string> {
	const folder = join(temporaryFolder('n8n-verify-'), 'package');
	await mkdir(folder);
	await run('tar', ['-xzf', tgz, '-C', folder, '--strip-components=1']);
	return folder;
}

async function check(
	name: string,
	findings: () => string[] | Promise<string[]>,
): Promise<string[]> {
	const found = await findings();
	console.log(`${found.length === 0 ? '✓' : '✗'} ${name}`);
	return found.map((text) => `${name}: ${text}`);
}

main(resolve(process.argv[2] ?? join(__dirname, '..'))).catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exit(1);
});
