/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from '../../scripts/n8n/processes';
import { closureOf, withImportsAt } from '../../scripts/splitB3os/imports';

const root = resolve(__dirname, '../..');
let home: string;

beforeEach(() => {
	home = realpathSync(mkdtempSync(join(tmpdir(), 'split-')));
});
afterEach(() => rmSync(home, { recursive: true }));

test('the repository of n8n-nodes-b3os has what n8n wants', async () => {
	const made = join(home, 'n8n-nodes-b3os');
	await run('npm', ['run', '--silent', 'split-b3os', '--', made], { cwd: root });
	const wanted = [
		'README.md',
		'LICENSE.md',
		'CHANGELOG.md',
		'.github/workflows/publish.yml',
		'.github/dependabot.yml',
		'scripts/releaseNotes.ts',
	];
	expect(wanted.filter((file) => !existsSync(join(made, file)))).toEqual([]);
	const workflow = readFileSync(join(made, '.github/workflows/publish.yml'), 'utf8');
	expect(workflow).toContain('npm publish --provenance');
	const manifest = JSON.parse(readFileSync(join(made, 'package.json'), 'utf8')) as {
		name: string;
		repository: { url: string };
	};
	expect(manifest.name).toBe('n8n-nodes-b3os');
	expect(manifest.repository.url).toMatch(/\/n8n-nodes-b3os\.git$/);
	expect(existsSync(join(made, 'nodes/CopyAi'))).toBe(false);
	// There n8n-core is a development package of its own manifest, which may be imported.
	const harness = readFileSync(join(made, 'test/engine/triggerHarness.ts'), 'utf8');
	expect(harness).toMatch(
		/^\/\* eslint-disable @n8n\/community-nodes\/no-restricted-globals \*\/\n/,
	);
}, 180_000);

test('a folder that is not empty is left as it is', async () => {
	writeFileSync(join(home, 'mine.txt'), 'mine');
	const making = run('npm', ['run', '--silent', 'split-b3os', '--', home], { cwd: root });
	await expect(making).rejects.toThrow(/isn't empty/);
	expect(existsSync(join(home, 'package.json'))).toBe(false);
}, 60_000);

test('imports read right from the new places: folders, files, types and JSON', () => {
	const files = {
		'b3os/a/one.ts': `import { x } from '../../shared';\nimport type { Y } from './two';\nrequire('../../shared/data.json');\nconst setup = '<rootDir>/setup.cjs';\n`,
		'b3os/a/two.ts': `export * from '../b';\nimport 'n8n-workflow';\n`,
		'b3os/b/index.ts': '',
		'shared/index.ts': `export * from './deep';`,
		'shared/deep.ts': '',
		'shared/data.json': '{}',
		'setup.cjs': '',
		'other.ts': '',
	};
	for (const [file, text] of Object.entries(files)) {
		mkdirSync(join(home, file, '..'), { recursive: true });
		writeFileSync(join(home, file), text);
	}
	const closure = closureOf(home, ['b3os/a/one.ts']);
	expect(closure).toEqual(
		Object.keys(files)
			.filter((file) => file !== 'other.ts')
			.sort(),
	);
	const places = new Map(closure.map((file) => [file, file.replace('b3os/', '')]));
	expect(withImportsAt(home, 'b3os/a/one.ts', places)).toBe(
		`import { x } from '../shared';\nimport type { Y } from './two';\nrequire('../shared/data.json');\nconst setup = '<rootDir>/setup.cjs';\n`,
	);
	expect(withImportsAt(home, 'b3os/a/two.ts', places)).toBe(files['b3os/a/two.ts']);
});
