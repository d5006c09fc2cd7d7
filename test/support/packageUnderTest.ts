/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/**
 * The classes of the nodes and credentials that a package's manifest names: from the source, or from the built files
 * when TEST_BUILT=1 is set (`globalSetup.cjs` refuses those when they are older than the source).
 *
 * @param folder the package's folder, from the root of the repository; where it isn't there, the package is at the root
 */
export function loadPackage<TClasses extends object>(folder: '.' | 'b3os'): TClasses {
	const own = join(root, folder);
	const home = existsSync(own) ? own : root;
	const { n8n } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
		n8n: { nodes: string[]; credentials: string[] };
	};
	const files = [...n8n.nodes, ...n8n.credentials].map((file) =>
		process.env.TEST_BUILT === '1' ? file : file.replace(/^dist\//, '').replace(/\.js$/, '.ts'),
	);
	// eslint-disable-next-line @typescript-eslint/no-require-imports
	const modules = files.map((file) => require(join(home, file)) as object);
	return Object.assign({}, ...modules) as TClasses;
}
