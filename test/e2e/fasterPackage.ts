/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, temporaryFolder } from '../../scripts/n8n/processes';

/** Where the bundle says how long the trigger waits between two checks. */
const INTERVAL = /\bvar CHECK_INTERVAL_MS ?= ?[^;]+;/;

/**
 * The same package, with a trigger that doesn't take ten minutes to notice what it has missed.
 *
 * @param tgz the packed package
 * @param intervalMs between two checks
 */
export async function withCheckInterval(tgz: string, intervalMs: number): Promise<string> {
	const folder = temporaryFolder('n8n-faster-');
	await run('tar', ['-xzf', tgz, '-C', folder]);
	const nodes = join(folder, 'package', 'dist', 'nodes', 'CopyAiTrigger');
	const file = join(nodes, 'CopyAiTrigger.node.js');
	const code = await readFile(file, 'utf8');
	assert.match(code, INTERVAL);
	await writeFile(file, code.replace(INTERVAL, `var CHECK_INTERVAL_MS = ${intervalMs};`));
	const packed = join(folder, 'faster.tgz');
	await run('tar', ['-czf', packed, '-C', folder, 'package']);
	assert.ok((await readdir(folder)).includes('faster.tgz'));
	return packed;
}
