/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** What the package costs n8n's start. */
import { join, resolve, sep } from 'node:path';
import { run } from '../n8n/processes';
import type { Manifest } from './manifest';

/** What all nodes and credentials together may take, ms. */
export const SLOWEST_LOAD_MS = 30;

/** The best of so many is what the package costs; the rest is what else the machine does. */
const MIN_LOADS = 5;
/** On a busy machine none may be good: so many at the most. */
const MAX_LOADS = 60;
/** How many modules a finding names. */
const MAX_LISTED = 5;

export interface Load {
	ms: number;
	/** Files of the package that were loaded, by their path in it. */
	files: string[];
	/** Modules that were loaded and are neither the package's, nor n8n-workflow's, nor Node's own. */
	foreign: string[];
	/** Classes that are missing where n8n, or whoever imports the package, looks for them. */
	missing: string[];
}

/** Loads it in fresh processes the way n8n does: n8n-workflow is there already, and every class is made once. */
export async function measureLoad(folder: string, manifest: Manifest): Promise<Load> {
	const entries = [...(manifest.n8n?.nodes ?? []), ...(manifest.n8n?.credentials ?? [])];
	const args = [join(__dirname, 'loadAlone.cjs'), folder, manifest.main ?? 'index.js', ...entries];
	const modules = resolve(__dirname, '../../node_modules');
	const loads: Load[] = [];
	const best = () => Math.min(...loads.map(({ ms }) => ms));
	while (loads.length < MIN_LOADS || (best() > SLOWEST_LOAD_MS && loads.length < MAX_LOADS)) {
		const env = { ...process.env, NODE_PATH: modules };
		loads.push(JSON.parse(await run(process.execPath, args, { env })) as Load);
	}
	const [{ files, foreign, missing }] = loads;
	return {
		ms: best(),
		files: files.map((file) => file.slice(folder.length + 1).replaceAll(sep, '/')),
		foreign,
		missing,
	};
}

export function loadFindings({ ms, foreign, missing }: Load): string[] {
	return [
		...foreign
			.slice(0, MAX_LISTED)
			.map((file) => `${file} is loaded, which n8n does not have in memory`),
		...(foreign.length > MAX_LISTED ? [`${foreign.length - MAX_LISTED} more such modules`] : []),
		...missing.map((text) => `${text} is missing`),
		...(ms > SLOWEST_LOAD_MS
			? [`it takes ${ms.toFixed(1)} ms, more than ${SLOWEST_LOAD_MS} ms`]
			: []),
	];
}
