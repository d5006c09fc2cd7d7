/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** What is in the packed package: everything that n8n and its user need, and nothing else. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import type { Manifest } from './manifest';

/** Bytes of the .tgz. */
export const LARGEST_PACKAGE = 100_000;

const NEEDED = ['package.json', 'README.md', 'LICENSE.md'];

/**
 * @param folder the unpacked package
 * @param size of the .tgz, bytes
 * @param loaded files that are loaded when n8n loads the package
 */
export function contentFindings(
	folder: string,
	manifest: Manifest,
	size: number,
	loaded: string[],
): string[] {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) =>
			join(parentPath, name)
				.slice(folder.length + 1)
				.replaceAll(sep, '/'),
		);
	const entries = [...(manifest.n8n?.nodes ?? []), ...(manifest.n8n?.credentials ?? [])];
	const icons = entries.flatMap((entry) => iconsOf(join(folder, entry), dirname(entry)));
	const codexes = (manifest.n8n?.nodes ?? []).map((entry) => entry.replace(/\.js$/, '.json'));
	const wanted = new Set([...NEEDED, ...loaded, ...icons, ...codexes]);

	const missing = [...wanted].filter((file) => !existsSync(join(folder, file)));
	const needless = files.filter((file) => !wanted.has(file) && !isSchema(file, entries));
	return [
		...missing.map((file) => `${file} is missing`),
		...needless.map((file) => `${file} is of no use to a user`),
		...files.filter((file) => isSchema(file, entries)).flatMap((file) => flawOf(folder, file)),
		...(size > LARGEST_PACKAGE
			? [`the package has ${size} bytes, more than ${LARGEST_PACKAGE}`]
			: []),
	];
}

/** The package's own icons, as nodes and credentials name them: `file:copyAi.svg`, beside the code. */
function iconsOf(file: string, home: string): string[] {
	if (!existsSync(file)) return [];
	const names = readFileSync(file, 'utf8').matchAll(/["']file:([^"']+\.svg)["']/g);
	return [...names].map(([, name]) => posix.join(home, name));
}

/** An output schema beside a node: `__schema__/v1.0.0/<resource>/<operation>.json`, `__schema__/v1.0.0.json` of a trigger. */
function isSchema(file: string, entries: string[]): boolean {
	return entries.some((entry) => {
		const home = `${dirname(entry)}/__schema__/`;
		return (
			file.startsWith(home) && /^v\d+\.\d+\.\d+(\/\w+\/\w+)?\.json$/.test(file.slice(home.length))
		);
	});
}

function flawOf(folder: string, file: string): string[] {
	try {
		const { type } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { type?: unknown };
		return type === 'object' ? [] : [`${file} does not describe an object`];
	} catch {
		return [`${file} is not JSON`];
	}
}
