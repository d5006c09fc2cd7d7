/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console */
/**
 * Shows the package at work in a real n8n: three rows become three Copy.ai runs, followed together. Then the editor stays
 * open until Ctrl-C; with `--once` it ends by itself, with code 0 only if every row has its text.
 *
 * Copy.ai is the fake one of the tests. The real one, where runs cost credits, with COPY_AI_API_KEY and
 * COPY_AI_WORKFLOW_ID set, and the start variables in COPY_AI_VARIABLES: a JSON object, or a list of them.
 */
import { report } from './demo/report';
import { chooseService } from './demo/service';
import { demoWorkflow } from './demo/workflow';
import { N8nClient, owner } from './n8n/client';
import { latestN8n } from './n8n/install';
import { startN8n } from './n8n/instance';
import { packPackage } from './n8n/pack';

/** What to undo at the end, last one first. */
const cleanups: Array<() => Promise<void>> = [];
/** All is done and shown, only the editor is still open. */
let isShown = false;
let isEnding = false;

async function main(once: boolean): Promise<void> {
	const service = await chooseService();
	cleanups.push(service.close);
	say(`Copy.ai: ${service.name}`);

	const tgz = await packPackage();
	const n8n = await startN8n({ version: latestN8n, packages: [tgz], say });
	cleanups.push(n8n.close);
	say(`n8n ${n8n.version} runs with ${tgz.split(/[\\/]/).at(-1)} installed.`);

	const client = new N8nClient(n8n.url);
	await client.setupOwner();
	const credential = await client.createCredential('Copy.ai', 'copyAiApi', service.credential);
	const test = await client.testCredential(credential, service.credential);
	if (test.status !== 'OK') throw new Error(`The credential's test says: ${test.message}`);

	const workflow = await client.createWorkflow(demoWorkflow(service, credential));
	say(`Running "${workflow.name}" with ${service.task.rows.length} rows …\n`);
	const executionId = await client.runManually(workflow.id);
	const execution = await client.waitForExecution(executionId, 15 * 60_000);
	const texts = report(execution, service, say);

	if (!once) {
		say(`\nThe editor: ${n8n.url}/workflow/${workflow.id}`);
		say(`E-mail ${owner.email}, password ${owner.password}`);
		say('Ctrl-C ends everything.');
		isShown = true;
		return; // The running n8n keeps this process alive.
	}
	await cleanUp();
	if (texts < service.task.rows.length) throw new Error('Not every row has its text.');
}

/** Prints a line, without the API key wherever that comes from. */
function say(line: string): void {
	const key = process.env.COPY_AI_API_KEY;
	console.log(key ? line.replaceAll(key, '***') : line);
}

async function cleanUp(): Promise<void> {
	for (let undo = cleanups.pop(); undo; undo = cleanups.pop()) await undo();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => {
		// The runner that started us passes on what the terminal has sent to all of us.
		if (isEnding) return;
		isEnding = true;
		say('\nStopping …');
		void cleanUp().finally(() => process.exit(isShown ? 0 : 1));
	});
}

main(process.argv.includes('--once')).catch(async (error: unknown) => {
	if (isEnding) return;
	say(error instanceof Error ? error.message : String(error));
	await cleanUp();
	process.exit(1);
});
