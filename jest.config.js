/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test', '<rootDir>/b3os/test'],
	testMatch: ['**/*.test.ts'],
	transform: {
		'^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.json', diagnostics: false }],
	},
	testTimeout: 30_000,
	// Most tests wait more than they work.
	maxWorkers: '100%',
	// n8n-core opens handles of its own; the tests close what they open.
	forceExit: true,
};
