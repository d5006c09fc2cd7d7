/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** n8n's own judgement: the code that its reviewers run, and its lint. */
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { run } from '../n8n/processes';

/** The part of n8n's scanner that looks at a folder; its program only takes what is published already. */
interface Scanner {
	SOURCE_FILE_PATTERNS: string[];
	analyzePackage: (
		folder: string,
		patterns: string[],
	) => Promise<{ passed: boolean; message?: string; details?: string }>;
}

/** What the scanner looks at in a package, as its `analyzePackageByName` has it. */
const PACKAGE_FILE_PATTERNS = ['**/*.js', 'package.json'];

export async function scan(folder: string, kind: 'source' | 'package'): Promise<string[]> {
	const name = '@n8n/scan-community-package/scanner/scanner.mjs';
	const { analyzePackage, SOURCE_FILE_PATTERNS } = (await import(name)) as Scanner;
	const patterns = kind === 'source' ? SOURCE_FILE_PATTERNS : PACKAGE_FILE_PATTERNS;
	const { passed, message = '', details = '' } = await analyzePackage(folder, patterns);
	return passed ? [] : [`${message}\n${stripVTControlCharacters(details)}`.trim()];
}

export async function lint(folder: string): Promise<string[]> {
	const bin = resolve(__dirname, '../../node_modules/@n8n/node-cli/bin/n8n-node.mjs');
	try {
		const printed = stripVTControlCharacters(
			await run(process.execPath, [bin, 'lint'], { cwd: folder }),
		);
		return /[1-9]\d* warnings?\)/.test(printed) ? [printed] : [];
	} catch (error) {
		return [stripVTControlCharacters((error as Error).message)];
	}
}
