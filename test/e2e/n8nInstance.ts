/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { randomUUID } from 'crypto';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	N8nClient,
	type Credential,
	type Execution,
	type Json,
	type NewWorkflow,
	type Workflow,
	type WorkflowNode,
} from '../../scripts/n8n/client';
import { startN8n, type N8nInstance } from '../../scripts/n8n/instance';
import type { N8nVersion } from '../../scripts/n8n/install';
import { type FakeCopyAi, startFakeCopyAi } from '../fakes/copyAi';

export const WORKFLOW = 'WCFG-e2e';

/** A real n8n with the package, the fake Copy.ai, and the credential that leads from one to the other. */
export interface Site {
	n8n: N8nInstance;
	client: N8nClient;
	fake: FakeCopyAi;
	credential: Credential;
	/** What nobody may read anywhere: the API key, and the secrets of triggers that were registered. */
	secrets: string[];
	close(): Promise<void>;
}

/**
 * @param packages .tgz files, installed as n8n installs community packages
 * @param userFolder where n8n keeps everything; a temporary folder by default
 */
export async function openSite(
	version: N8nVersion,
	packages: string[],
	env: Record<string, string> = {},
	userFolder?: string,
): Promise<Site> {
	const marked = `marked-${randomUUID()}`;
	const fake = await startFakeCopyAi({ durationMs: 500, apiKey: marked });
	const n8n = await startN8n({ version, packages, env, userFolder });
	const client = new N8nClient(n8n.url);
	await client.setupOwner();
	const credential = await client.createCredential('Copy.ai', 'copyAiApi', {
		apiKey: marked,
		baseUrl: fake.url,
	});
	const close = async () => {
		await n8n.close();
		await fake.close();
	};
	return { n8n, client, fake, credential, secrets: [marked], close };
}

/** A node of the canvas, with version and settings. */
export function node(
	name: string,
	type: string,
	parameters: Json = {},
	rest: Json = {},
): WorkflowNode {
	return { name, type, typeVersion: 1, position: [0, 0], parameters, ...rest };
}

/** The Copy.ai node. Runs are started with the item's `product` as `Input 1`. */
export function copyAi(
	site: Pick<Site, 'credential'>,
	parameters: Json,
	settings: Json = {},
	name = 'Copy.ai',
): WorkflowNode {
	return node(
		name,
		'n8n-nodes-copy-ai.copyAi',
		{
			resource: 'workflowRun',
			operation: 'startAndWait',
			workflowId: { __rl: true, mode: 'id', value: WORKFLOW },
			variablesInput: 'fields',
			variableFields: { variable: [{ name: 'Input 1', value: '={{ $json.product }}' }] },
			...parameters,
		},
		{ ...signed(site), ...settings },
	);
}

/** The Copy.ai Trigger, for completed runs of every workflow. */
export function copyAiTrigger(site: Pick<Site, 'credential'>, parameters: Json = {}): WorkflowNode {
	return node('Trigger', 'n8n-nodes-copy-ai.copyAiTrigger', parameters, signed(site));
}

function signed({ credential: { id, name } }: Pick<Site, 'credential'>): Json {
	return { credentials: { copyAiApi: { id, name } } };
}

/** A webhook that answers at once, unless the parameters say otherwise. */
export const hook = (path: string, parameters: Json = {}) =>
	node(
		'Hook',
		'n8n-nodes-base.webhook',
		{ path, httpMethod: 'POST', ...parameters },
		{ typeVersion: 2, webhookId: path },
	);

export const start = () => node('Start', 'n8n-nodes-base.manualTrigger');

/** A node that puts out these rows. */
export function rows(items: Json[]): WorkflowNode {
	const jsCode = `return ${JSON.stringify(items.map((json) => ({ json })))};`;
	return node('Rows', 'n8n-nodes-base.code', { jsCode }, { typeVersion: 2 });
}

export const products = (count: number): Json[] =>
	Array.from({ length: count }, (_, n) => ({ product: `product ${n}`, row: n }));

/** One node after the other. */
export function chain(name: string, ...nodes: WorkflowNode[]): NewWorkflow {
	const links = nodes
		.slice(0, -1)
		.map((one, index) => [one.name, { main: [[to(nodes[index + 1].name)]] }]);
	return {
		name,
		nodes,
		connections: Object.fromEntries(links) as Json,
		settings: { executionOrder: 'v1' },
	};
}

export function to(name: string, index = 0) {
	return { node: name, type: 'main', index };
}

/** Saves a workflow and runs it to its end. */
export async function run(
	{ client }: Site,
	flow: NewWorkflow,
): Promise<{ workflow: Workflow; execution: Execution }> {
	const workflow = await client.createWorkflow(flow);
	const execution = await client.waitForExecution(await client.runManually(workflow.id));
	return { workflow, execution };
}

/** JSON of the items that a node put out in its last run. */
export function output(execution: Execution, name = 'Copy.ai', branch = 0): Json[] {
	const last = execution.data.resultData.runData[name]?.at(-1);
	return (last?.data?.main[branch] ?? []).map(({ json }) => json);
}

/**
 * Ends n8n politely while an execution waits, starts it again, and sees the execution to its end. Now and then n8n 2.41 calls
 * such an execution crashed, whatever its nodes are: its event log can hold the end of the Wait node after that of the
 * execution, and then counts it as unfinished. That is tried again.
 *
 * @param begin starts the execution, and answers its id once it waits
 */
export async function overRestart(
	{ n8n, client }: Site,
	begin: () => Promise<string>,
): Promise<{ execution: Execution; tries: number }> {
	for (let tries = 1; ; tries++) {
		const id = await begin();
		await n8n.stop(60_000);
		await n8n.start();
		await client.login();
		const execution = await client.waitForExecution(id);
		if (execution.status !== 'crashed' || tries === 6) return { execution, tries };
	}
}

/** Asks again until it is so. Throws with the last answer after `forMs`. */
export async function until<T>(
	ask: () => Promise<T>,
	isSo: (value: T) => boolean,
	forMs = 20_000,
): Promise<T> {
	const deadline = Date.now() + forMs;
	for (;;) {
		const value = await ask();
		if (isSo(value)) return value;
		assert.ok(
			Date.now() < deadline,
			`still ${JSON.stringify(value).slice(0, 500)} after ${forMs} ms`,
		);
		await sleep(100);
	}
}
