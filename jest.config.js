const { existsSync } = require('node:fs');
const { join } = require('node:path');

/** Where tests are; the sibling package may have a repository of its own. */
const ROOTS = ['test', 'b3os/test'].filter((folder) => existsSync(join(__dirname, folder)));

/**
 * Files with thousands of runs or made-up cases, and those that run npm or git, some of them on the built packages.
 * `npm test` runs them too; whoever edits code and waits for its tests does not need them each time.
 */
const SLOW = [
	'properties',
	'fuzz',
	'faultTable',
	'batches',
	'creditBudget',
	'release',
	'package',
	'split',
].map((name) => `**/test/unit/**/${name}.test.ts`);
const ENGINE = '**/test/engine/**/*.test.ts';

/** @type {(name: string, files: string[], others?: string[]) => import('jest').Config} */
const project = (displayName, files, others = []) => ({
	displayName,
	testEnvironment: 'node',
	roots: ROOTS.map((folder) => `<rootDir>/${folder}`),
	testMatch: [...files, ...others.map((glob) => `!${glob}`)],
	transform: { '^.+\\.ts$': '<rootDir>/test/support/transform.cjs' },
	setupFilesAfterEnv: ['<rootDir>/test/support/shortStacks.cjs'],
	globalSetup: '<rootDir>/test/support/globalSetup.cjs',
});

/** @type {import('jest').Config} */
module.exports = {
	projects: [
		project('unit', ['**/test/unit/**/*.test.ts'], SLOW),
		project('engine', [ENGINE], SLOW),
		project('slow', SLOW),
	],
	testTimeout: 60_000,
	// Most tests wait more than they work.
	maxWorkers: '100%',
	// Nothing is left open, but to free a worker's memory takes more than the usual half a second on a busy machine.
	workerGracefulExitTimeout: 10_000,
};
