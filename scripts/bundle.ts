/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { type BuildOptions, type Plugin, transform } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '..');

/** The folders of the packages that are here. */
export const packageFolders = [root, join(root, 'b3os')].filter((folder) =>
	existsSync(join(folder, 'package.json')),
);

const code = { platform: 'node', target: 'node20', minifyWhitespace: true } as const;

/** esbuild shares code between files of ES modules only. n8n loads CommonJS. */
const asCommonJs: Plugin = {
	name: 'CommonJS',
	setup({ onEnd }) {
		onEnd(async ({ outputFiles = [] }) => {
			for (const { path, text } of outputFiles) {
				const built = await transform(text, { ...code, format: 'cjs' });
				await mkdir(dirname(path), { recursive: true });
				await writeFile(path, built.code);
			}
		});
	},
};

/**
 * How esbuild makes one file of each node and each credential that a package's manifest names, and one of what they share:
 * n8n loads them in a fraction of the time that all their parts take. Names stay as they are, so that a stack trace can be
 * read; white space goes, which is a tenth of what users download.
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
		chunkNames: 'shared-[hash]',
		bundle: true,
		splitting: true,
		format: 'esm',
		packages: 'external',
		...code,
		write: false,
		plugins: [asCommonJs],
	};
}
