// Each node and each credential that package.json names becomes one file: n8n loads it in a fraction of the time that all
// its parts take. Names and lines stay as they are, for whoever reads what was published.
import { buildSync } from 'esbuild';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

for (const folder of ['..', '../b3os']) {
	const home = fileURLToPath(new URL(folder, import.meta.url));
	const { n8n } = JSON.parse(readFileSync(`${home}/package.json`, 'utf8'));
	buildSync({
		absWorkingDir: home,
		entryPoints: [...n8n.nodes, ...n8n.credentials].map((file) =>
			file.replace(/^dist\//, '').replace(/\.js$/, '.ts'),
		),
		outdir: 'dist',
		outbase: '.',
		bundle: true,
		packages: 'external',
		platform: 'node',
		target: 'node20',
	});
}
