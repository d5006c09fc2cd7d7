/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** A community trigger that does nothing but start its workflow: what n8n itself makes every such trigger pay. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packPackage } from '../../../scripts/n8n/pack';
import { temporaryFolder } from '../../../scripts/n8n/processes';

const name = 'n8n-nodes-empty-trigger';
export const EMPTY_TRIGGER = `${name}.emptyTrigger`;

const source = `exports.EmptyTrigger = class EmptyTrigger {
	constructor() {
		const yes = async () => true;
		this.webhookMethods = { default: { checkExists: yes, create: yes, delete: yes } };
		this.description = {
			displayName: 'Empty Trigger',
			name: 'emptyTrigger',
			group: ['trigger'],
			version: 1,
			description: 'Starts the workflow',
			defaults: { name: 'Empty Trigger' },
			inputs: [],
			outputs: ['main'],
			webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' }],
			properties: [],
		};
	}
	async webhook() {
		return { workflowData: [[{ json: this.getBodyData() }]] };
	}
};
`;

/** @returns its .tgz */
export async function packEmptyTrigger(): Promise<string> {
	const folder = temporaryFolder('n8n-empty-trigger-');
	const file = 'dist/EmptyTrigger.node.js';
	const manifest = {
		name,
		version: '1.0.0',
		files: ['dist'],
		n8n: { n8nNodesApiVersion: 1, nodes: [file] },
	};
	await mkdir(join(folder, 'dist'));
	await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
	await writeFile(join(folder, file), source);
	return await packPackage(folder);
}
