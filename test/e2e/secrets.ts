/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from './n8nInstance';

/** The last row of a table. @param count how many secrets its rows have had, or nothing in it would be found */
export const secretsCheck = (count: number): Record<string, (site: Site) => Promise<string>> => ({
	'the API key and the trigger secret stand in nothing that n8n wrote': async ({
		client,
		n8n,
		secrets,
	}) => {
		const written = filesBelow(n8n.userFolder).filter((file) => !file.includes('node_modules'));
		const holding = (secret: string, files: string[]) =>
			files.filter((file) => readFileSync(file).includes(secret));
		for (const kind of ['.sqlite', '.log']) {
			assert.ok(written.some((file) => file.endsWith(kind)));
		}
		assert.equal(secrets.length, count);
		for (const secret of secrets) assert.deepEqual(holding(secret, written), []);
		const { results } = await client.request<{ results: Array<{ id: string }> }>(
			'GET',
			'/executions?limit=100&filter={}',
		);
		for (const { id } of results) {
			const text = JSON.stringify(await client.execution(id));
			for (const secret of secrets) assert.ok(!text.includes(secret), `execution ${id}`);
		}
		return `${written.length} files, ${results.length} executions`;
	},
});

/** The secret in the address that a trigger has registered. */
export function secretIn(url: string): string {
	return new URL(url).searchParams.get('token') ?? assert.fail('no token');
}

/** Every file below a folder. */
function filesBelow(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
}
