/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
/**
 * Everything that must pass before a change goes in, but for the tests in a real n8n: npm test.
 *
 * The tests run on the built packages. What looks at the code without running it goes on beside them, one after the
 * other: two processors have their hands full with that.
 */
import { resolve } from 'node:path';
import { startOwned } from './n8n/processes';

const root = resolve(__dirname, '..');

interface Step {
	name: string;
	/** What npm run takes, or a program of node_modules/.bin with its arguments. */
	command: string;
	/** Printed as it comes; otherwise only when the step fails, in one piece. */
	isLive?: boolean;
}

const TESTS: Step = {
	name: 'tests',
	command: 'node scripts/jest.mjs --built --reporters=default',
	isLive: true,
};
const CHECKS: Step[] = [
	{ name: 'formatting', command: 'prettier --check --cache --log-level warn .' },
	{ name: 'types', command: 'tsc -p test' },
	{ name: "lint and n8n's scanner", command: 'tsx scripts/verify.ts' },
	{ name: "lint and n8n's scanner, b3os", command: 'tsx scripts/verify.ts b3os' },
];

async function main(): Promise<void> {
	const began = Date.now();
	const built = await run({ name: 'build', command: 'npm run --silent bundle' });
	const checks = async () => {
		const results: boolean[] = [];
		for (const step of CHECKS) results.push(await run(step));
		return results;
	};
	const passed = built && (await Promise.all([run(TESTS), checks()])).flat().every(Boolean);
	console.log(`${passed ? 'All passed' : 'Not all passed'}, ${secondsSince(began)} s.`);
	process.exitCode = passed ? 0 : 1;
}

/** @returns whether it ended with 0 */
async function run({ name, command, isLive }: Step): Promise<boolean> {
	const began = Date.now();
	const child = startOwned(command, [], {
		cwd: root,
		shell: true,
		stdio: ['ignore', isLive ? 'inherit' : 'pipe', isLive ? 'inherit' : 'pipe'],
	});
	let printed = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding('utf8').on('data', (text: string) => (printed += text));
	}
	const code = await new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	});
	const isGood = code === 0;
	if (!isGood) console.log(printed);
	console.log(`${isGood ? '✓' : '✗'} ${name}, ${secondsSince(began)} s`);
	return isGood;
}

function secondsSince(began: number): number {
	return Math.round((Date.now() - began) / 1000);
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
