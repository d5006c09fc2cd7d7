/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** What n8n's verification wants of the package.json that is published. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Manifest {
	name: string;
	version: string;
	license?: string;
	main?: string;
	keywords?: string[];
	repository?: { url?: string };
	scripts?: Record<string, string>;
	peerDependencies?: Record<string, string>;
	n8n?: { strict?: boolean; nodes?: string[]; credentials?: string[] };
	[field: string]: unknown;
}

/** Fields that would bring code along, or change what others bring. */
const FORBIDDEN_FIELDS = [
	'dependencies',
	'optionalDependencies',
	'bundleDependencies',
	'bundledDependencies',
	'overrides',
	'resolutions',
	'peerDependenciesMeta',
];

/** Scripts that npm runs on the machine of whoever installs the package. */
const INSTALL_SCRIPTS = [
	'preinstall',
	'install',
	'postinstall',
	'prepublish',
	'preprepare',
	'prepare',
	'postprepare',
	'dependencies',
];

const LINT_CONFIG = "import { config } from '@n8n/node-cli/eslint'; export default config;";

/** @param folder the source, for what stands beside package.json */
export function manifestFindings(manifest: Manifest, folder: string): string[] {
	const findings: string[] = [];
	const want = (isGood: boolean, finding: string) => {
		if (!isGood) findings.push(finding);
	};
	const { name, license, keywords, repository, scripts = {}, peerDependencies, n8n } = manifest;

	want(
		/^n8n-nodes-[a-z0-9-]+$/.test(name),
		`the name "${name}" is not "n8n-nodes-…" without a scope`,
	);
	want(license === 'MIT', `the license is ${license ?? 'missing'}, not MIT`);
	want(
		JSON.stringify(peerDependencies) === '{"n8n-workflow":"*"}',
		`peerDependencies are ${JSON.stringify(peerDependencies)}, not exactly {"n8n-workflow":"*"}`,
	);
	for (const field of FORBIDDEN_FIELDS) {
		const isEmpty = Object.keys(manifest[field] ?? {}).length === 0;
		want(isEmpty, `there is "${field}": ${JSON.stringify(manifest[field])}`);
	}
	for (const script of INSTALL_SCRIPTS) {
		want(!(script in scripts), `the script "${script}" runs when somebody installs the package`);
	}
	want(
		keywords?.includes('n8n-community-node-package') === true,
		'the keyword "n8n-community-node-package" is missing',
	);
	want(
		/github\.com\/[^/]+\/[^/]+/.test(repository?.url ?? ''),
		'the repository is not one on GitHub',
	);
	want(n8n?.strict === true, 'n8n.strict is not true');
	want(
		(n8n?.nodes ?? []).length > 0 && (n8n?.credentials ?? []).length > 0,
		'n8n.nodes or n8n.credentials is empty',
	);
	const config = readFileSync(join(folder, 'eslint.config.mjs'), 'utf8')
		.replace(/\s+/g, ' ')
		.trim();
	want(config === LINT_CONFIG, "eslint.config.mjs is not n8n's own, word for word");
	return findings;
}
