/** The texts of the repository of n8n-nodes-b3os that differ from those here. */

const SCRIPTS = {
	bundle: 'node scripts/setup.mjs && rimraf dist && tsx scripts/build.ts && gulp --silent',
	build: 'node scripts/setup.mjs && tsc -p . && npm run --silent bundle',
	lint: 'node scripts/setup.mjs && n8n-node lint',
	format: 'node scripts/setup.mjs && prettier --write --log-level warn .',
	typecheck: 'node scripts/setup.mjs && tsc -p test',
	verify: 'npm run build && tsx scripts/verify.ts --compare',
	test: 'npm run build && tsx scripts/verify.ts && tsc -p test && prettier --check --log-level warn . && node scripts/jest.mjs --built',
	'fake-b3os': 'node scripts/setup.mjs && tsx test/fakes/b3os/main.ts',
};

const DEVELOPMENT = `## Development

\`npm test\` builds and verifies the package, checks types and formatting, and runs all tests; nothing has to be installed first. \`npm run fake-b3os\` starts the fake B3OS as a program.

| Folder | Contains |
| --- | --- |
| \`credentials/\` | the API key and how to test it |
| \`nodes/B3os/\` | the node: \`actions/\` with one file per operation, \`methods/\` for lists and fields |
| \`nodes/B3osTrigger/\` | the trigger |
| \`nodes/B3os/api/\` | B3OS itself: the only place that knows its routes, envelopes, error codes and what to mask |
| \`nodes/shared/\`, \`nodes/runs/\` | what it shares with its sibling, [n8n-nodes-copy-ai](https://github.com/n8n-nodes-copy-ai/n8n-nodes-copy-ai): change it there |
| \`test/\` | tests, and in \`test/fakes/b3os/\` the fake |

To publish, set the version in \`package.json\`, describe it in \`CHANGELOG.md\` and push a tag such as \`v0.1.0\`: the GitHub Action runs the tests, publishes with provenance, and makes a release with the notes of the CHANGELOG. Run by hand, it does all of that but publish.
`;

/** @param own the package's manifest as text. @param shared that of this repository, for the development packages */
export function manifestOf(own: string, shared: string): string {
	const manifest = JSON.parse(own) as Record<string, unknown>;
	const { devDependencies } = JSON.parse(shared) as Record<string, unknown>;
	const { peerDependencies, ...rest } = manifest;
	const whole = { ...rest, scripts: SCRIPTS, peerDependencies, devDependencies };
	return `${JSON.stringify(whole, null, '\t')}\n`;
}

/** @param own the package's README, whose last section is on development here */
export function readmeOf(own: string): string {
	const begin = own.indexOf('## Development\n');
	if (begin < 0) throw new Error('b3os/README.md has no section Development');
	return own.slice(0, begin) + DEVELOPMENT;
}
