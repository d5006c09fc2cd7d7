/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** What moving files leaves behind, put right as `npm run lint:fix` and `npm run format` would. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { format, resolveConfig } from 'prettier';

/**
 * Comments that switch off a rule go where it has nothing to say: in one repository a module may be imported that is
 * restricted in the other, as its package.json names it.
 *
 * @param root whose lint it is
 * @param target the new repository, whose development packages aren't installed yet
 */
export async function removeNeedlessDirectives(root: string, target: string): Promise<void> {
	const eslint = new ESLint({
		cwd: target,
		overrideConfigFile: join(root, 'eslint.config.mjs'),
		fix: true,
		fixTypes: ['directive'],
	});
	await ESLint.outputFixes(await eslint.lintFiles('.'));
}

/** Imports that became shorter may fit into one line. @param files relative to `target` */
export async function formatFiles(target: string, files: string[]): Promise<void> {
	for (const file of files.map((name) => join(target, name))) {
		const text = readFileSync(file, 'utf8');
		const options = await resolveConfig(file, { editorconfig: true });
		const formatted = await format(text, { ...options, filepath: file });
		if (formatted !== text) writeFileSync(file, formatted);
	}
}
