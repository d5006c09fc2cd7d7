/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** Which files of this repository import which, and how imports read when files are elsewhere. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

const GENERATED = ['node_modules', 'dist'];
/** `from './x'`, `import './x'`, `import('./x')`, `require('./x')`. */
const IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*|\brequire\(\s*)(['"])(\.{1,2}(?:\/[^'"]*)?)\2/g;
/** `'<rootDir>/x.cjs'`, as Jest's configuration names files. */
const OF_ROOT = /'<rootDir>\/([^'*]+\.\w+)'/g;

export function isCode(file: string): boolean {
	return /\.(ts|mjs|cjs|js)$/.test(file);
}

/** @returns all files below a folder, relative to the root, without what is generated */
export function sourcesIn(root: string, folder: string): string[] {
	return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
		if (GENERATED.includes(entry.name)) return [];
		const file = posix.join(folder, entry.name);
		return entry.isDirectory() ? sourcesIn(root, file) : [file];
	});
}

/** @returns these files and all that they import or name, types included */
export function closureOf(root: string, files: string[]): string[] {
	const found = new Set(files);
	for (const file of found) {
		for (const [, , , path] of matchesIn(root, file, IMPORT)) {
			const imported = resolveImport(root, file, path);
			if (imported) found.add(imported);
		}
		for (const [, path] of matchesIn(root, file, OF_ROOT)) found.add(path);
	}
	return [...found].sort();
}

/** The text of a file whose imports are right where all files are at new places. */
export function withImportsAt(root: string, file: string, places: Map<string, string>): string {
	const home = posix.dirname(places.get(file) ?? file);
	const rewritten = (whole: string, before: string, quote: string, path: string) => {
		const imported = resolveImport(root, file, path);
		const place = imported && places.get(imported);
		if (!imported || !place) return whole;
		// As it was written: without the extension, and without the index of a folder.
		const written = posix.join(posix.dirname(file), path);
		const rest = imported.slice(written.length);
		const relative = posix.relative(home, place.slice(0, place.length - rest.length)) || '.';
		return `${before}${quote}${relative.startsWith('.') ? relative : `./${relative}`}${quote}`;
	};
	return readFileSync(join(root, file), 'utf8').replace(IMPORT, rewritten);
}

function matchesIn(root: string, file: string, pattern: RegExp): RegExpMatchArray[] {
	if (!isCode(file)) return [];
	return [...readFileSync(join(root, file), 'utf8').matchAll(pattern)];
}

/** @returns the file that is meant, relative to the root; nothing for what is generated, or is no module */
function resolveImport(root: string, file: string, path: string): string | undefined {
	const base = posix.join(dirname(file), path);
	const endings = ['', '.ts', '.json', '/index.ts'];
	return endings
		.map((ending) => `${base}${ending}`)
		.find((one) => existsSync(join(root, one)) && statSync(join(root, one)).isFile());
}
