/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
/**
 * Whether a built package is what n8n's reviewers, and users, want. Prints what it finds and then ends with code 1.
 *
 * npm run verify, or for another folder: tsx scripts/verify.ts <folder>. With --compare also what is different from the last
 * release; that asks npm.
 */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packPackage } from './n8n/pack';
import { contentFindings, LARGEST_PACKAGE } from './verify/content';
import { compared, measureLastRelease, unpack } from './verify/lastRelease';
import { loadFindings, measureLoad, SLOWEST_LOAD_MS } from './verify/load';
import { type Manifest, manifestFindings } from './verify/manifest';
import { lint, scan } from './verify/scan';

const SCANNER = "n8n's scanner, package";

async function main(folder: string, isCompared: boolean): Promise<void> {
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
		check(SCANNER, async () => await scan(unpacked, 'package')),
	]);

	console.log(`Packed: ${(size / 1000).toFixed(1)} kB of at most ${LARGEST_PACKAGE / 1000} kB.`);
	console.log(
		`Loading nodes and credentials: ${load.ms.toFixed(1)} ms of at most ${SLOWEST_LOAD_MS} ms, ${load.files.length} files.`,
	);
	const found = findings.flat();
	if (isCompared) {
		const inPackage = found.filter((finding) => finding.startsWith(SCANNER)).length;
		const { version } = manifest;
		const measures = { version, size, load: load.ms, findings: inPackage };
		console.log(compared(measures, await measureLastRelease(manifest)));
	}
	if (found.length > 0) throw new Error(`\n${found.map((text) => `✗ ${text}`).join('\n')}`);
	console.log('Nothing found.');
}

async function check(
	name: string,
	findings: () => string[] | Promise<string[]>,
): Promise<string[]> {
	const found = await findings();
	console.log(`${found.length === 0 ? '✓' : '✗'} ${name}`);
	return found.map((text) => `${name}: ${text}`);
}

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { compare: { type: 'boolean', default: false } },
});
main(resolve(positionals[0] ?? join(__dirname, '..')), values.compare).catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exit(1);
});
