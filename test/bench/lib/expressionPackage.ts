/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** A throw-away copy of this package whose credential puts the key in by an expression instead of a function. */
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { packPackage } from '../../../scripts/n8n/pack';
import { temporaryFolder } from '../../../scripts/n8n/processes';

export const EXPRESSION_CREDENTIAL = 'copyAiExpressionApi';
const expressionPackage = 'n8n-nodes-copy-ai-expression';
export const EXPRESSION_NODE = `${expressionPackage}.copyAi`;

const root = resolve(__dirname, '../../..');

const credential = `const { CopyAiApi } = require('./CopyAiApi.credentials.js');
exports.CopyAiExpressionApi = class extends CopyAiApi {
	name = '${EXPRESSION_CREDENTIAL}';
	displayName = 'Copy.ai API by expression';
	authenticate = {
		type: 'generic',
		properties: { headers: { 'x-copy-ai-api-key': '={{$credentials.apiKey}}' } },
	};
};
`;

/** @returns the .tgz; needs the built package */
export async function packExpressionPackage(): Promise<string> {
	const folder = temporaryFolder('n8n-expression-');
	await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
	await cp(join(root, 'index.js'), join(folder, 'index.js'));

	const file = 'dist/credentials/CopyAiExpressionApi.credentials.js';
	await writeFile(join(folder, file), credential);
	const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
		n8n: { nodes: string[] };
	};
	await writeFile(
		join(folder, 'package.json'),
		JSON.stringify({
			...manifest,
			name: expressionPackage,
			n8n: {
				...manifest.n8n,
				nodes: manifest.n8n.nodes.filter((node) => node.includes('/CopyAi/')),
				credentials: [file],
			},
		}),
	);

	const dist = join(folder, 'dist');
	for (const entry of await readdir(dist, { recursive: true })) {
		if (!entry.endsWith('.js') || entry.startsWith('credentials')) continue;
		const code = await readFile(join(dist, entry), 'utf8');
		await writeFile(
			join(dist, entry),
			code.replaceAll(/(['"])copyAiApi\1/g, `'${EXPRESSION_CREDENTIAL}'`),
		);
	}
	return await packPackage(folder);
}
