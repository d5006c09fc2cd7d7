/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { buildSync } from 'esbuild';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleOptions } from '../../../scripts/bundle';
import { packPackage } from '../../../scripts/n8n/pack';
import { run } from '../../../scripts/n8n/processes';

const folder = resolve(__dirname, '../..');
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
	string,
	unknown
> & { n8n: { nodes: string[]; credentials: string[] } };
/** Loads the package, and tells its names and what it asks for from outside. */
const LOAD = `
const Module = require('node:module');
const load = Module._load;
const outside = new Set();
const given = JSON.parse(process.argv[2]);
Module._load = function (name, parent, ...rest) {
	const isOwn = name.startsWith('.') || name.startsWith('/') || Module.isBuiltin(name);
	if (!isOwn && parent.filename.startsWith(process.argv[1])) outside.add(name);
	return load.call(this, given[name] ?? name, parent, ...rest);
};
const names = Object.keys(require(process.argv[1]));
console.log(JSON.stringify({ names, outside: [...outside] }));
`;

test('the manifest asks for n8n-workflow and nothing else', () => {
	expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	expect(manifest.dependencies).toBeUndefined();
	expect(manifest.license).toBe('MIT');
});

test('the packed code is its own, and that of the layers that every service uses', () => {
	const { metafile } = buildSync({ ...bundleOptions(folder), plugins: [], metafile: true });
	const homes = Object.keys(metafile!.inputs).map(
		(file) => /^(?:\.\.\/)?(nodes\/\w+|credentials)\//.exec(file)?.[1],
	);
	expect([...new Set(homes)].sort()).toEqual([
		'credentials',
		'nodes/B3os',
		'nodes/B3osTrigger',
		'nodes/runs',
		'nodes/shared',
	]);
});

test('packed and unpacked into an empty folder it loads with nothing beside it but what every n8n brings', async () => {
	const home = mkdtempSync(join(tmpdir(), 'b3os-package-'));
	try {
		await run('tar', ['-xzf', await packPackage(folder), '-C', home]);
		const n8nWorkflow = createRequire(__filename).resolve('n8n-workflow');
		// n8n-workflow depends on it, so it is wherever that is.
		const luxon = createRequire(n8nWorkflow).resolve('luxon');
		const given = JSON.stringify({ 'n8n-workflow': n8nWorkflow, luxon });
		const unpacked = realpathSync(join(home, 'package'));
		const args = ['-e', LOAD, unpacked, given];
		const printed = await run(process.execPath, args, { cwd: home, env: {} });
		expect(JSON.parse(printed)).toEqual({
			names: ['B3osApi', 'B3os', 'B3osTrigger'],
			outside: ['n8n-workflow', 'luxon'],
		});
	} finally {
		rmSync(home, { recursive: true });
	}
});
