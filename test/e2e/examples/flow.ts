/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** The examples' files, as users import them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Credential, NewWorkflow } from '../../../scripts/n8n/client';

const examples = resolve(__dirname, '../../../examples');

/** What stands in all of them where users enter the id of their Copy.ai workflow. */
export const WORKFLOW = 'WCFG-your-workflow';

/** Without `.json`. */
export function exampleNames(folder = examples): string[] {
	return readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
}

export function load(name: string, folder = examples): NewWorkflow {
	const flow = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as NewWorkflow;
	const chosen = flow.nodes.flatMap(({ credentials }) => Object.values(credentials ?? {}));
	assert(
		chosen.every(({ id }) => id === ''),
		'holds no credential of ours',
	);
	return flow;
}

/** Chooses them, each in every node that wants one of its type. */
export function choose(flow: NewWorkflow, ...credentials: Credential[]): void {
	for (const node of flow.nodes) {
		for (const { id, name, type } of credentials) {
			if (node.credentials?.[type]) node.credentials[type] = { id, name };
		}
	}
}
