/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import type { BuildOptions } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '..');

/** The folders of the packages that are here. */
export const packageFolders = [root, join(root, 'b3os')].filter((folder) =>
	existsSync(join(folder, 'package.json')),
);

/**
 * How esbuild makes one file of each node and each credential that a package's manifest names: n8n loads it in a fraction
 * of the time that all its parts take. Names stay as they are, so that a stack trace can be read; white space goes, which is
 * a tenth of what users download.
 *
 * @param outdir in place of the package's own `dist`
 */
export function bundleOptions(folder: string, outdir = join(folder, 'dist')): BuildOptions {
	const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
		n8n: { nodes: string[]; credentials: string[] };
	};
	const { nodes, credentials } = manifest.n8n;
	return {
		absWorkingDir: folder,
		entryPoints: [...nodes, ...credentials].map((file) =>
			file.replace(/^dist\//, '').replace(/\.js$/, '.ts'),
		),
		outdir,
		outbase: '.',
		bundle: true,
		packages: 'external',
		platform: 'node',
		target: 'node20',
		minifyWhitespace: true,
	};
}
