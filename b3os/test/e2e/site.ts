import type {
	Credential,
	Execution,
	Json,
	N8nClient,
	NewWorkflow,
	WorkflowNode,
} from '../../../scripts/n8n/client';
import type { N8nInstance } from '../../../scripts/n8n/instance';
import type { N8nVersion } from '../../../scripts/n8n/install';
import { node } from '../../../test/e2e/n8nInstance';
import type { FakeB3os } from '../fakes/b3os';

/** A real n8n with the packed package, the fake B3OS, and the credential that leads from one to the other. */
export interface Site {
	version: N8nVersion;
	n8n: N8nInstance;
	client: N8nClient;
	fake: FakeB3os;
	credential: Credential;
}

/** What goes into the credential. */
export function keysOf({ service, url }: FakeB3os) {
	return { apiKey: service.settings.apiKey, baseUrl: url };
}

export function byId(value: string): Json {
	return { __rl: true, mode: 'id', value };
}

/** The B3OS node. Runs are started with the whole item as payload. */
export function b3osNode(
	site: Pick<Site, 'credential'>,
	operation: string,
	parameters: Json = {},
	settings: Json = {},
): WorkflowNode {
	return node(
		operation,
		'n8n-nodes-b3os.b3os',
		{
			resource: 'workflowRun',
			operation,
			workflowId: byId('wf_swap'),
			variablesInput: 'json',
			variablesJson: '={{ $json }}',
			...parameters,
		},
		{ ...signed(site), ...settings },
	);
}

/** The B3OS Trigger, for finished runs of every workflow. */
export function b3osTrigger(site: Site, parameters: Json): WorkflowNode {
	return node(
		'Trigger',
		'n8n-nodes-b3os.b3osTrigger',
		{ events: ['run.completed'], workflowId: byId(''), ...parameters },
		signed(site),
	);
}

function signed({ credential: { id, name } }: Pick<Site, 'credential'>): Json {
	return { credentials: { b3osApi: { id, name } } };
}

/** Saves a workflow and runs it to its end. */
export async function run({ client }: Site, flow: NewWorkflow): Promise<Execution> {
	const { id } = await client.createWorkflow(flow);
	return await client.waitForExecution(await client.runManually(id));
}
