/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { run, temporaryFolder } from '../../scripts/n8n/processes';
import type { Table } from './table';

const root = resolve(__dirname, '../..');

/** The repository that `npm run split-b3os` makes can stand alone: its own tests, lint and n8n's scanner pass there. */
export async function splitB3os(table: Table): Promise<void> {
	await table.row('n8n-nodes-b3os alone', 'npm test in a repository of its own', async () => {
		const made = join(temporaryFolder('split-b3os-'), 'n8n-nodes-b3os');
		await run('npm', ['run', '--silent', 'split-b3os', '--', made], { cwd: root });
		await symlink(join(root, 'node_modules'), join(made, 'node_modules'));
		assert.match(await run('npm', ['test', '--silent'], { cwd: made }), /Nothing found\./);
	});
}
