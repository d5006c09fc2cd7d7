/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

const root = resolve(__dirname, '../..');

/** Each layer, lowest first, and the layers it may use beside itself: none that comes after it. */
const layers: Array<[layer: string, uses: string[]]> = [
	['nodes/runs', []],
	['nodes/shared/http', ['nodes/runs']],
	['nodes/shared', []],
	['nodes/shared/trigger', ['nodes/runs', 'nodes/shared/http']],
	['nodes/shared/methods', ['nodes/runs', 'nodes/shared/http']],
	['nodes/shared/descriptions', ['nodes/shared']],
	[
		'nodes/shared/operations',
		['nodes/runs', 'nodes/shared', 'nodes/shared/http', 'nodes/shared/methods'],
	],
	[
		'nodes/shared/sleep',
		['nodes/runs', 'nodes/shared', 'nodes/shared/http', 'nodes/shared/operations'],
	],
	['nodes/CopyAi/api', ['nodes/runs', 'nodes/shared/http']],
	['nodes/CopyAi', ['nodes/runs', 'nodes/shared', 'nodes/CopyAi/api']],
	[
		'nodes/CopyAiTrigger',
		['nodes/runs', 'nodes/shared', 'nodes/CopyAi/api', 'nodes/CopyAi/actions'],
	],
	['credentials', ['nodes/shared']],
	['b3os/nodes/B3os/api', ['nodes/runs', 'nodes/shared/http']],
	['b3os/nodes/B3os', ['nodes/runs', 'nodes/shared', 'b3os/nodes/B3os/api']],
	[
		'b3os/nodes/B3osTrigger',
		['nodes/runs', 'nodes/shared', 'b3os/nodes/B3os/api', 'b3os/nodes/B3os'],
	],
	['b3os/credentials', ['nodes/shared']],
];

/** What the lowest layer does without. */
const packages = ['n8n-workflow', 'crypto', 'luxon'];

/** Paths of all modules, from the top of the repository. */
const modules = ['nodes', 'credentials', 'b3os/nodes', 'b3os/credentials'].flatMap((folder) =>
	readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => `${folder}/${file.replaceAll(sep, '/')}`),
);

/** The innermost layer of a path. */
function layerOf(path: string): string | undefined {
	const around = layers.map(([layer]) => layer).filter((layer) => isIn(path, layer));
	return around.sort((one, other) => other.length - one.length)[0];
}

function isIn(path: string, layer: string): boolean {
	return path === layer || path.startsWith(`${layer}/`);
}

/** What a module imports: paths from the top of the repository, and names of packages. */
function importsOf(module: string): string[] {
	const code = readFileSync(join(root, module), 'utf8');
	const names = [...code.matchAll(/\b(?:from|import|require)\b[\s(]*'([^']+)'/g)];
	return names.map(([, name]) =>
		name.startsWith('.')
			? relative(root, resolve(root, dirname(module), name)).replaceAll(sep, '/')
			: name,
	);
}

test('every module belongs to a layer', () => {
	expect(modules.length).toBeGreaterThan(100);
	expect(modules.filter((module) => !layerOf(module))).toEqual([]);
});

test.each(layers)('%s uses nothing but %j', (layer, uses) => {
	const before = layers.slice(
		0,
		layers.findIndex(([name]) => name === layer),
	);
	for (const use of uses) expect(before.some(([name]) => isIn(use, name))).toBe(true);

	const allowed = [layer, ...uses, ...(layer === 'nodes/runs' ? [] : packages)];
	const own = modules.filter((module) => layerOf(module) === layer);
	const strays = own.flatMap((module) =>
		importsOf(module)
			.filter((name) => !allowed.some((near) => isIn(name, near)))
			.map((name) => `${module} imports ${name}`),
	);
	expect(own).not.toEqual([]);
	expect(strays).toEqual([]);
});

test('what every service uses names none', () => {
	const naming = modules
		.filter((module) => isIn(module, 'nodes/runs') || isIn(module, 'nodes/shared'))
		.filter((module) => /copy.?ai|b3os/i.test(readFileSync(join(root, module), 'utf8')));
	expect(naming).toEqual([]);
});
