/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const tsx = resolve(__dirname, '../../node_modules/tsx/dist/cli.mjs');
const script = resolve(__dirname, '../../scripts/release.ts');
const notesScript = resolve(__dirname, '../../scripts/releaseNotes.ts');
const notes = '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A node.\n';

/** A small package of its own, in a repository of its own. */
let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'release-'));
	write('CHANGELOG.md', notes);
	writePackage('node -e 0');
	git('init', '--quiet', '--initial-branch', 'main');
	git('config', 'user.name', 'Somebody');
	git('config', 'user.email', 'somebody@example.com');
	commitAll();
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('sets version and changelog, commits and tags, and publishes nothing', () => {
	const { status, printed } = release('minor');
	expect(printed).toContain('git push origin main v0.2.0');
	expect(status).toBe(0);
	expect(JSON.parse(read('package.json'))).toMatchObject({ version: '0.2.0' });
	expect(read('CHANGELOG.md')).toMatch(
		/^# Changelog\n\n## \[Unreleased\]\n\n## \[0\.2\.0\] - \d{4}-\d\d-\d\d\n\n### Added\n\n- A node\.\n$/,
	);
	expect(git('status', '--porcelain')).toBe('');
	expect(git('log', '--format=%s %D', '-1')).toBe('Release 0.2.0 HEAD -> main, tag: v0.2.0');
});

it('releases the version that stands there already', () => {
	expect(release('0.1.0').status).toBe(0);
	expect(git('tag')).toBe('v0.1.0');
});

it.each<[string, RegExp, () => void]>([
	['on another branch', /made on main, not on other/, () => git('switch', '-c', 'other')],
	['with changes that are not committed', /Commit or undo these/, () => write('new.txt', 'x')],
	[
		'without anything under Unreleased',
		/says nothing under/,
		() => {
			write(
				'CHANGELOG.md',
				'# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\n- All.\n',
			);
			commitAll();
		},
	],
	[
		'when a test does not pass',
		/ended with 1/,
		() => {
			writePackage('node -e "process.exit(1)"');
			commitAll();
		},
	],
])('releases nothing %s', (_, reason, prepare) => {
	prepare();
	const { status, printed } = release('minor');
	expect(printed).toMatch(reason);
	expect(status).toBe(1);
	expect(git('tag')).toBe('');
	expect(JSON.parse(read('package.json'))).toMatchObject({ version: '0.1.0' });
});

it('asks which version when none is named', () => {
	expect(release().printed).toMatch(/Which version\?/);
});

it('takes the notes of a release from the CHANGELOG, and refuses a version without any', () => {
	const older = '## [0.1.0] - 2026-01-01\n\n- The first one.\n';
	const newer = '## [0.2.0] - 2026-02-01\n\n### Fixed\n\n- A fault.\n\n';
	write('CHANGELOG.md', `${notes}\n${newer}${older}`);
	expect(runScript(notesScript, '0.2.0')).toEqual({
		status: 0,
		printed: '### Fixed\n\n- A fault.\n',
	});
	expect(runScript(notesScript, '0.1.0').printed).toBe('- The first one.\n');
	expect(runScript(notesScript, '0.3.0').status).toBe(1);
});

function release(...args: string[]): Ended {
	return runScript(script, ...args);
}

interface Ended {
	status: number | null;
	printed: string;
}

function runScript(file: string, ...args: string[]): Ended {
	const { status, stdout, stderr } = spawnSync(process.execPath, [tsx, file, ...args], {
		cwd: folder,
		encoding: 'utf8',
	});
	return { status, printed: stdout + stderr };
}

function writePackage(test: string): void {
	const manifest = { name: 'small', version: '0.1.0', scripts: { test } };
	write('package.json', JSON.stringify(manifest));
	write('package-lock.json', JSON.stringify({ ...manifest, lockfileVersion: 3, packages: {} }));
}

function commitAll(): void {
	git('add', '--all');
	git('commit', '--quiet', '--message', 'All of it');
}

function git(...args: string[]): string {
	const { stdout, stderr, status } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
	if (status !== 0) throw new Error(stderr);
	return stdout.trim();
}

function write(name: string, text: string): void {
	writeFileSync(join(folder, name), text);
}

function read(name: string): string {
	return readFileSync(join(folder, name), 'utf8');
}
