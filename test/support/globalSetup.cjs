// Tests run the source, or with TEST_BUILT=1 what was built of it. A bundle that is older than its source would be a test
// of yesterday's code: then no test starts.
const { existsSync, readdirSync, readFileSync, statSync } = require('node:fs');
const { join, relative } = require('node:path');

const root = join(__dirname, '../..');
/** The folders of the packages that are here. */
const PACKAGES = ['.', 'b3os'].filter((folder) => existsSync(join(root, folder, 'package.json')));
const SOURCES = PACKAGES.flatMap((folder) => [`${folder}/nodes`, `${folder}/credentials`]);

function newestSource() {
	const files = SOURCES.flatMap((folder) =>
		readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
	);
	const dated = files.map((file) => ({ file, changedAt: statSync(file).mtimeMs }));
	return dated.reduce((newest, one) => (one.changedAt > newest.changedAt ? one : newest));
}

/** The files that n8n loads. */
function bundles() {
	return PACKAGES.flatMap((folder) => {
		const { n8n } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
		return [...n8n.nodes, ...n8n.credentials].map((file) => join(root, folder, file));
	});
}

module.exports = () => {
	if (process.env.TEST_BUILT !== '1') return;
	const { file: source, changedAt } = newestSource();
	const old = bundles().find((file) => !existsSync(file) || statSync(file).mtimeMs < changedAt);
	if (!old) return;
	const state = existsSync(old) ? `is older than ${relative(root, source)}` : 'does not exist';
	throw new Error(
		`TEST_BUILT=1 tests the built packages, but ${relative(root, old)} ${state}. ` +
			'Run npm run build first, or leave TEST_BUILT out to test the source.',
	);
};
