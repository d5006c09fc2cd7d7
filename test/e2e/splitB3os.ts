/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { run, temporaryFolder } from '../../scripts/n8n/processes';
import type { Table } from './table';

const root = resolve(__dirname, '../..');

/**
 * The repository that `npm run split-b3os` makes can stand alone: `npm test` passes there, with build, lint, n8n's scanner,
 * types and formatting. Of its tests the slow ones are left out: npm test runs them here, on the same code. The development
 * packages are those of this repository, as both lock files name the same.
 */
export async function splitB3os(table: Table): Promise<void> {
	await table.row('n8n-nodes-b3os alone', 'npm test in a repository of its own', async () => {
		const made = join(temporaryFolder('split-b3os-'), 'n8n-nodes-b3os');
		await run('npm', ['run', '--silent', 'split-b3os', '--', made], { cwd: root });
		await symlink(join(root, 'node_modules'), join(made, 'node_modules'));
		const quick = ['test', '--silent', '--', '--projects', 'unit,engine'];
		assert.match(await run('npm', quick, { cwd: made }), /Nothing found\./);
	});
}
