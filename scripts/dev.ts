/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console */
/**
 * A real n8n that runs the source: what is saved here shows in the editor a second later, without a restart. Copy.ai is
 * the fake one of the tests, or the real one as for the demo. Until Ctrl-C.
 */
import { context, type Plugin } from 'esbuild';
import { cp } from 'node:fs/promises';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { bundleOptions, packageFolders } from './bundle';
import { chooseService } from './demo/service';
import { demoWorkflow } from './demo/workflow';
import { N8nClient, owner } from './n8n/client';
import { latestN8n } from './n8n/install';
import { startN8n } from './n8n/instance';
import { packPackage } from './n8n/pack';

/** What n8n reads beside the code: icons, codex files, output schemas. */
const ASSET = /\.(svg|json)$/;

const cleanups: Array<() => Promise<void>> = [];

async function main(): Promise<void> {
	const service = await chooseService();
	cleanups.push(service.close);
	const packages: string[] = [];
	for (const folder of packageFolders) packages.push(await packPackage(folder));
	// n8n watches what it has loaded, and loads it again when that changes.
	const env = { N8N_DEV_RELOAD: 'true' };
	const n8n = await startN8n({ version: latestN8n, packages, env, say: console.log });
	cleanups.push(n8n.close);
	const names = ['n8n-nodes-copy-ai', 'n8n-nodes-b3os'];
	for (const [index, folder] of packageFolders.entries()) {
		const home = join(n8n.userFolder, '.n8n', 'nodes', 'node_modules', names[index]);
		await watchPackage(folder, join(home, 'dist'));
	}

	const client = new N8nClient(n8n.url);
	await client.setupOwner();
	const credential = await client.createCredential('Copy.ai', 'copyAiApi', service.credential);
	const workflow = await client.createWorkflow(demoWorkflow(service, credential));
	console.log(`
Copy.ai: ${service.name}
The editor: ${n8n.url}/workflow/${workflow.id}
E-mail ${owner.email}, password ${owner.password}
n8n's log: ${n8n.logFile}
Save a file below nodes/ or credentials/, and open the node anew. Ctrl-C ends everything.`);
}

/** Builds into the installed package whatever changes in the source. */
async function watchPackage(folder: string, outdir: string): Promise<void> {
	const report: Plugin = {
		name: 'report',
		setup({ onEnd }) {
			let builds = 0;
			onEnd(({ errors }) => {
				if (errors.length === 0 && builds++ > 0) console.log(`${now()} built, n8n reloads it`);
			});
		},
	};
	const options = bundleOptions(folder, outdir);
	const builder = await context({
		...options,
		plugins: [...(options.plugins ?? []), report],
		logLevel: 'error',
	});
	cleanups.push(async () => await builder.dispose());
	await builder.watch();
	for (const part of ['nodes', 'credentials']) {
		const watcher = watch(join(folder, part), { recursive: true }, (_, file) => {
			if (!file || !ASSET.test(file)) return;
			// Gone again, or half written: the next event brings it.
			void cp(join(folder, part, file), join(outdir, part, file)).catch(() => {});
		});
		cleanups.push(async () => watcher.close());
	}
}

function now(): string {
	return new Date().toTimeString().slice(0, 8);
}

async function cleanUp(): Promise<void> {
	for (let undo = cleanups.pop(); undo; undo = cleanups.pop()) await undo();
}

let isEnding = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => {
		if (isEnding) return;
		isEnding = true;
		console.log('\nStopping …');
		void cleanUp().finally(() => process.exit(0));
	});
}

main().catch(async (error: unknown) => {
	if (isEnding) return;
	console.error(error instanceof Error ? error.message : error);
	await cleanUp();
	process.exit(1);
});
