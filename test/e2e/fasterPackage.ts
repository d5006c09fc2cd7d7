/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, temporaryFolder } from '../../scripts/n8n/processes';

/**
 * The same package, with a trigger that doesn't take ten minutes to notice what it has missed.
 *
 * @param tgz the packed package
 * @param intervalMs between two checks
 */
export async function withCheckInterval(tgz: string, intervalMs: number): Promise<string> {
	return await withConstants(tgz, {
		CHECK_INTERVAL_MS: String(intervalMs),
	});
}

/** The same package, with a node that is awake for two seconds instead of a minute, and sleeps for three. */
export async function withShortSleep(tgz: string): Promise<string> {
	return await withConstants(tgz, {
		AWAKE_POLLS_MS: '[500, 2000]',
		MIN_SLEEP_MS: '3000',
		MIN_LEFT_MS: '5000',
		REPAIR_MS: '30000',
	});
}

/**
 * The same package with other values of its own constants.
 *
 * @param tgz the packed package
 * @param values by name, as code
 */
async function withConstants(tgz: string, values: Record<string, string>): Promise<string> {
	const folder = temporaryFolder('n8n-faster-');
	await run('tar', ['-xzf', tgz, '-C', folder]);
	const dist = join(folder, 'package/dist');
	const missing = new Set(Object.keys(values));
	for (const name of await readdir(dist, { recursive: true })) {
		if (!name.endsWith('.js')) continue;
		const before = await readFile(join(dist, name), 'utf8');
		let code = before;
		for (const [constant, value] of Object.entries(values)) {
			const set = code.replace(
				new RegExp(`\\bvar ${constant} ?= ?[^;]+;`),
				`var ${constant} = ${value};`,
			);
			if (set !== code) missing.delete(constant);
			code = set;
		}
		if (code !== before) await writeFile(join(dist, name), code);
	}
	assert.deepEqual([...missing], []);
	const packed = join(folder, 'faster.tgz');
	await run('tar', ['-czf', packed, '-C', folder, 'package']);
	assert.ok((await readdir(folder)).includes('faster.tgz'));
	return packed;
}
