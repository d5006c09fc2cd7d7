/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
/**
 * `npm run release -- 0.2.0` (or `patch`, `minor`, `major`): tests, sets version and changelog, commits and tags. Pushing the tag
 * is what publishes: the workflow publish.yml does it with provenance, which n8n's verification asks for. Works on the package
 * in the current folder.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { run } from './n8n/processes';
import { released, unreleasedNotes } from './release/changelog';

const onWindows = process.platform === 'win32';

async function main(wanted?: string): Promise<void> {
	if (!wanted) throw new Error('Which version? For example: npm run release -- 0.2.0');
	await refuseUnlessReady();
	console.log('Testing …');
	await npm('test');

	await npm('version', wanted, '--no-git-tag-version', '--allow-same-version');
	const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
	const changelog = await readFile('CHANGELOG.md', 'utf8');
	const today = new Date().toISOString().slice(0, 10);
	await writeFile('CHANGELOG.md', released(changelog, version, today));

	await git('add', 'package.json', 'package-lock.json', 'CHANGELOG.md');
	await git('commit', '--quiet', '--message', `Release ${version}`);
	await git('tag', '--annotate', `v${version}`, '--message', `Release ${version}`);
	console.log(`Version ${version} is committed and tagged. To publish it:`);
	console.log(`git push origin main v${version}`);
}

/** @throws Error that says what has to be done first */
async function refuseUnlessReady(): Promise<void> {
	const branch = (await git('rev-parse', '--abbrev-ref', 'HEAD')).trim();
	if (branch !== 'main') throw new Error(`Releases are made on main, not on ${branch}.`);
	const changed = (await git('status', '--porcelain')).trim();
	if (changed) throw new Error(`Commit or undo these first:\n${changed}`);
	if (!unreleasedNotes(await readFile('CHANGELOG.md', 'utf8'))) {
		throw new Error('CHANGELOG.md says nothing under [Unreleased].');
	}
}

async function git(...args: string[]): Promise<string> {
	return await run('git', args);
}

async function npm(...args: string[]): Promise<void> {
	await run(onWindows ? 'npm.cmd' : 'npm', args, { shell: onWindows });
}

main(process.argv[2]).catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
