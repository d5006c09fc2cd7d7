/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { contentFindings, LARGEST_PACKAGE } from '../../scripts/verify/content';
import { compared } from '../../scripts/verify/lastRelease';
import { loadFindings } from '../../scripts/verify/load';
import { type Manifest, manifestFindings } from '../../scripts/verify/manifest';

const root = resolve(__dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

describe('package.json', () => {
	test('ours is what verification wants', () => {
		expect(manifestFindings(manifest, root)).toEqual([]);
	});

	test.each<[Partial<Manifest>, RegExp]>([
		[{ name: '@us/n8n-nodes-copy-ai' }, /without a scope/],
		[{ license: 'ISC' }, /not MIT/],
		[{ peerDependencies: { 'n8n-workflow': '^2.0.0' } }, /not exactly/],
		[{ peerDependencies: { 'n8n-workflow': '*', zod: '*' } }, /not exactly/],
		[{ dependencies: { axios: '1' } }, /"dependencies"/],
		[{ overrides: { axios: '1' } }, /"overrides"/],
		[{ scripts: { postinstall: 'node x' } }, /"postinstall" runs/],
		[{ scripts: { prepare: 'npm run build' } }, /"prepare" runs/],
		[{ keywords: [] }, /keyword/],
		[{ repository: { url: 'https://example.com/x' } }, /GitHub/],
		[{ n8n: { ...manifest.n8n, strict: false } }, /strict/],
		[{ n8n: { strict: true, nodes: [] } }, /empty/],
	])('with %j it is not', (change, finding) => {
		const findings = manifestFindings({ ...manifest, ...change }, root);
		expect(findings).toEqual([expect.stringMatching(finding)]);
	});
});

describe('files of the package', () => {
	const node = 'dist/nodes/A/A.node.js';
	const credential = 'dist/credentials/A.credentials.js';
	const small: Manifest = {
		name: 'a',
		version: '1',
		n8n: { nodes: [node], credentials: [credential] },
	};
	const loaded = [node, credential, 'dist/nodes/A/part.js', 'index.js'];
	const good: Record<string, string> = {
		'package.json': '{}',
		'README.md': '#',
		'LICENSE.md': 'MIT',
		'index.js': '',
		[node]: "icon: { light: 'file:a.svg', dark: 'file:../../credentials/a.dark.svg' }",
		[credential]: '',
		'dist/nodes/A/part.js': '',
		'dist/nodes/A/a.svg': '<svg/>',
		'dist/nodes/A/A.node.json': '{}',
		'dist/credentials/a.dark.svg': '<svg/>',
		'dist/nodes/A/__schema__/v1.0.0/run/get.json': '{"type":"object"}',
	};
	let folder: string;
	beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'verify-'))));
	afterEach(() => rmSync(folder, { recursive: true }));

	function findings(files: Record<string, string | undefined>, size = 1000): string[] {
		for (const [name, text] of Object.entries({ ...good, ...files })) {
			if (text === undefined) continue;
			mkdirSync(dirname(join(folder, name)), { recursive: true });
			writeFileSync(join(folder, name), text);
		}
		return contentFindings(folder, small, size, loaded);
	}

	test('what n8n and its user need is accepted', () => {
		const ofTrigger = 'dist/nodes/A/__schema__/v1.0.0.json';
		expect(findings({ [ofTrigger]: '{"type":"object"}' })).toEqual([]);
	});

	test.each([
		['dist/package.json'],
		['dist/tsconfig.tsbuildinfo'],
		['dist/nodes/A/A.node.js.map'],
		['dist/nodes/A/A.node.d.ts'],
		['dist/nodes/A/A.test.js'],
		['dist/nodes/A/other.svg'],
		['docs/picture.png'],
		['test/fake.ts'],
		['dist/nodes/A/never-loaded.js'],
		['dist/nodes/A/__schema__/get.json'],
	])('%s is of no use', (name) => {
		expect(findings({ [name]: '{}' })).toEqual([`${name} is of no use to a user`]);
	});

	test.each([['README.md'], ['dist/nodes/A/a.svg'], ['dist/nodes/A/A.node.json']])(
		'%s must be there',
		(name) => {
			expect(findings({ [name]: undefined })).toEqual([`${name} is missing`]);
		},
	);

	test('a schema that is none, and a package that is too large, are found', () => {
		const schema = 'dist/nodes/A/__schema__/v1.0.0/run/get.json';
		expect(findings({ [schema]: '{' }, LARGEST_PACKAGE + 1)).toEqual([
			expect.stringMatching(/is not JSON/),
			expect.stringMatching(/has 100001 bytes/),
		]);
	});
});

test('loading is slow above 30 ms, and may bring nothing along', () => {
	const load = { ms: 30, files: [], foreign: [], missing: [] };
	expect(loadFindings(load)).toEqual([]);
	expect(loadFindings({ ...load, ms: 30.1, foreign: ['axios'], missing: ['A'] })).toEqual([
		expect.stringMatching(/axios is loaded/),
		expect.stringMatching(/A is missing/),
		expect.stringMatching(/30\.1 ms/),
	]);
});

test('size, load time and findings are compared with the last release', () => {
	const last = { version: '0.1.0', size: 80_000, load: 12.2, findings: 1 };
	const now = { version: '0.2.0', size: 90_000, load: 11, findings: 0 };
	expect(compared(now, last)).toBe(
		"Since 0.1.0: +13 % size, -1 ms load time, -1 findings of n8n's scanner.",
	);
	expect(compared(now, undefined)).toBe('There is no release to compare with.');
});
