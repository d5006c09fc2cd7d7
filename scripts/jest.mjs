// Runs tests: node scripts/jest.mjs [--built] [--projects unit,engine] [what Jest takes: a part of a file's name, -t, …].
// --built tests the built packages instead of the source, as TEST_BUILT=1 does.
import './setup.mjs';

const args = process.argv.slice(2);
if (args[0] === '--built') {
	process.env.TEST_BUILT = '1';
	args.shift();
}
if (args[0] === '--projects') {
	const [, names] = args.splice(0, 2);
	// Jest would take what follows for projects, too, if it were not an option. Silent is off by default.
	args.unshift('--selectProjects', ...names.split(','), '--silent=false');
}

// Answers and runs that live for a moment only: collected while young, they cost half as much.
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --max-semi-space-size=64`.trim();

const { run } = await import('jest');
await run(args);
