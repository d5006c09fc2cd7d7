/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** What n8n's heap holds once its garbage is collected. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../../e2e/n8nInstance';

/** Preloaded into n8n, which then needs BENCH_HEAPS: the path of a file. */
export const HEAP_PRELOAD = pathToFileURL(join(__dirname, 'heap.mjs')).href;

/**
 * Has n8n collect all garbage.
 *
 * @param heaps the file in BENCH_HEAPS
 * @returns the heap in use after that, MB
 */
export async function heapInUse(pid: number, heaps: string): Promise<number> {
	const { length: before } = linesOf(heaps);
	process.kill(pid, 'SIGUSR2');
	const lines = await until(
		async () => linesOf(heaps),
		({ length }) => length > before,
	);
	return Number(lines.at(-1)) / 2 ** 20;
}

function linesOf(file: string): string[] {
	return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}
