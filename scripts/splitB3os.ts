/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
/**
 * Makes the repository of n8n-nodes-b3os in a fresh folder, as n8n's verification wants one repository for each package:
 * npm run split-b3os -- ../n8n-nodes-b3os
 *
 * What is in b3os/ comes to the top, and what it needs of the shared code keeps its place. `npm test` there installs the
 * development packages and proves that nothing is missing.
 */
import {
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { run } from './n8n/processes';
import { closureOf, isCode, sourcesIn, withImportsAt } from './splitB3os/imports';
import { manifestOf, readmeOf } from './splitB3os/texts';
import { formatFiles, removeNeedlessDirectives } from './splitB3os/tidy';

const root = resolve(__dirname, '..');

/** What tests and builds need beside what modules import. */
const TOOLS = [
	'.editorconfig',
	'.github/dependabot.yml',
	'.github/workflows/publish.yml',
	'.gitignore',
	'.npmrc',
	'.nvmrc',
	'.prettierignore',
	'.prettierrc.json',
	'gulpfile.js',
	'jest.config.js',
	'package-lock.json',
	'scripts/build.ts',
	'scripts/jest.mjs',
	'scripts/releaseNotes.ts',
	'scripts/setup.mjs',
	'scripts/verify.ts',
	'scripts/verify/loadAlone.cjs',
	'tsconfig.json',
];
/** Tests of the shared code, as far as they use no other service's. */
const SHARED_TESTS = ['test/unit/http', 'test/unit/operations', 'test/unit/runs'];
/** End-to-end tests need a real n8n and the services around it, which are here; and at the top is another tsconfig. */
const LEFT_OUT = ['b3os/test/e2e/', 'b3os/tsconfig.json'];

async function main(folder: string | undefined): Promise<void> {
	if (!folder) throw new Error('Say where: npm run split-b3os -- <folder>');
	const target = resolve(folder);
	if (existsSync(target) && readdirSync(target).length > 0) {
		throw new Error(`${target} isn't empty`);
	}
	const own = sourcesIn(root, 'b3os').filter(
		(file) => !LEFT_OUT.some((part) => file.startsWith(part)),
	);
	const sharedTests = SHARED_TESTS.flatMap((part) => sourcesIn(root, part)).filter(
		(file) => file.endsWith('.test.ts') && !closureOf(root, [file]).some(isOfCopyAi),
	);
	const files = closureOf(root, [...own, ...TOOLS, ...sharedTests]);
	const places = new Map(files.map((file) => [file, placeOf(file)]));
	rejectCollisions(places);

	for (const [file, place] of places) {
		mkdirSync(dirname(join(target, place)), { recursive: true });
		// Their times tell whether what is installed is up to date.
		cpSync(join(root, file), join(target, place), { preserveTimestamps: true });
		if (isCode(file)) writeFileSync(join(target, place), withImportsAt(root, file, places));
	}
	write(target, 'package.json', manifestOf(read('b3os/package.json'), read('package.json')));
	write(target, 'README.md', readmeOf(read('b3os/README.md')));
	renameInLock(target);
	await removeNeedlessDirectives(root, target);
	await formatFiles(target, [...places.values()].filter(isCode));
	await run('git', ['init', '--quiet', target]);
	console.log(`${places.size} files in ${target}. Now run npm test there.`);
}

/** Where a file of this repository is in the other one. */
function placeOf(file: string): string {
	return file.replace(/^b3os\//, '');
}

function isOfCopyAi(file: string): boolean {
	return /copyai/i.test(file);
}

function rejectCollisions(places: Map<string, string>): void {
	const taken = new Map<string, string>();
	for (const [file, place] of places) {
		const other = taken.get(place);
		if (other !== undefined) throw new Error(`${file} and ${other} would both be ${place}`);
		taken.set(place, file);
	}
}

function read(file: string): string {
	return readFileSync(join(root, file), 'utf8');
}

function write(target: string, file: string, text: string): void {
	writeFileSync(join(target, file), text);
}

/** The lock file is that of this repository, for the same development packages. */
function renameInLock(target: string): void {
	const file = join(target, 'package-lock.json');
	const { atime, mtime } = statSync(join(root, 'package-lock.json'));
	const lock = JSON.parse(readFileSync(file, 'utf8')) as {
		name: string;
		version: string;
		packages: Record<string, { name: string; version: string }>;
	};
	const { name, version } = JSON.parse(read('b3os/package.json')) as typeof lock;
	Object.assign(lock, { name, version });
	Object.assign(lock.packages[''], { name, version });
	writeFileSync(file, `${JSON.stringify(lock, null, '\t')}\n`);
	utimesSync(file, atime, mtime);
}

main(process.argv[2]).catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
