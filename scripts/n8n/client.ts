/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** What the editor does, through the REST interface that the editor uses. For n8n 2.41 and 1.123. */
import { setTimeout as sleep } from 'node:timers/promises';

export type Json = Record<string, unknown>;

/** Who sets up and uses an instance of ours. No secret: it lives on the loopback interface until the instance ends. */
export const owner = {
	email: 'owner@example.com',
	firstName: 'Demo',
	lastName: 'Owner',
	password: 'Demo-password-1',
};

export interface WorkflowNode {
	name: string;
	type: string;
	typeVersion: number;
	position: [x: number, y: number];
	parameters: Json;
	credentials?: Record<string, { id: string; name: string }>;
	[setting: string]: unknown;
}

export interface NewWorkflow {
	name: string;
	nodes: WorkflowNode[];
	connections: Json;
	settings?: Json;
	pinData?: Json;
}

export interface Workflow extends NewWorkflow {
	id: string;
	versionId: string;
	active: boolean;
}

export interface Credential {
	id: string;
	name: string;
	type: string;
}

export type ExecutionStatus =
	| 'new'
	| 'running'
	| 'waiting'
	| 'unknown'
	| 'success'
	| 'error'
	| 'canceled'
	| 'crashed';

/** A row of the executions list. */
export interface ExecutionSummary {
	id: string;
	workflowId: string;
	status: ExecutionStatus;
	mode: string;
	startedAt: string;
	stoppedAt: string | null;
	retryOf?: string | null;
}

export interface ExecutionError {
	message: string;
	description?: string | null;
	[detail: string]: unknown;
}

/** One try of a node. */
export interface NodeRun {
	/** Milliseconds. */
	executionTime: number;
	executionStatus: ExecutionStatus;
	error?: ExecutionError;
	hints?: Array<{ message: string }>;
	/** Items of each output. */
	data?: { main: Array<Array<{ json: Json; pairedItem?: unknown }> | null> };
}

export interface Execution extends ExecutionSummary {
	data: {
		resultData: {
			/** By node name. */
			runData: Record<string, NodeRun[]>;
			lastNodeExecuted?: string;
			error?: ExecutionError;
		};
		executionData?: {
			contextData?: Record<string, Json>;
			/** What is to be executed next. */
			nodeExecutionStack?: Array<{ data: NonNullable<NodeRun['data']> }>;
		};
	};
}

export interface WebhookAnswer {
	status: number;
	/** JSON where it is JSON, the text otherwise. */
	body: unknown;
}

/** A page of n8n's list of executions. */
interface ExecutionPage {
	results: ExecutionSummary[];
	count: number;
	/** In 2.41 and later, where there is another page. */
	nextCursor?: string | null;
}

const unfinished: ExecutionStatus[] = ['new', 'running', 'waiting', 'unknown'];

/** Every method throws an Error that says what n8n answered, unless it says otherwise. */
export class N8nClient {
	#cookie = '';

	/** @param url the instance's address, without a slash at the end */
	constructor(readonly url: string) {}

	/** Makes the owner's account, on an instance that has none, and logs in. */
	async setupOwner(): Promise<void> {
		await this.request('POST', '/owner/setup', owner);
	}

	async login(): Promise<void> {
		const { email, password } = owner;
		await this.request('POST', '/login', { emailOrLdapLoginId: email, password });
	}

	async createCredential(name: string, type: string, data: Json): Promise<Credential> {
		return await this.request<Credential>('POST', '/credentials', { name, type, data });
	}

	/** Runs the credential's test with the data given, as the editor does when it is saved. */
	async testCredential(
		{ id, name, type }: Credential,
		data: Json,
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		return await this.request('POST', '/credentials/test', {
			credentials: { id, name, type, data },
		});
	}

	async createWorkflow(workflow: NewWorkflow): Promise<Workflow> {
		// 1.x wants `active` and `settings` to be there.
		return await this.request<Workflow>('POST', '/workflows', {
			settings: {},
			...workflow,
			active: false,
		});
	}

	async workflow(id: string): Promise<Workflow> {
		return await this.request<Workflow>('GET', `/workflows/${id}`);
	}

	/** Switches its triggers on. Webhooks answer a moment later. */
	async activate(workflowId: string): Promise<void> {
		const { versionId } = await this.workflow(workflowId);
		await this.request('POST', `/workflows/${workflowId}/activate`, { versionId });
	}

	async deactivate(workflowId: string): Promise<void> {
		await this.request('POST', `/workflows/${workflowId}/deactivate`, {});
	}

	/**
	 * Calls the production webhook with this path, again for 10 s as long as n8n does not know it yet.
	 * Never throws because of the answer's status.
	 */
	async callWebhook(path: string, body: unknown = {}, method = 'POST'): Promise<WebhookAnswer> {
		const deadline = Date.now() + 10_000;
		for (;;) {
			const answer = await send(`${this.url}/webhook/${path}`, method, body);
			if (answer.status !== 404 || Date.now() > deadline) {
				return { status: answer.status, body: parsed(answer.text) };
			}
			await sleep(200);
		}
	}

	/**
	 * Runs the saved workflow as the editor's button does.
	 * @param trigger name of the node to start from, by default the first trigger
	 * @returns the execution's id, at once
	 * @throws Error also when n8n waits for a call of the trigger's test webhook instead
	 */
	async runManually(workflowId: string, trigger?: string): Promise<string> {
		const workflowData = await this.workflow(workflowId);
		const first = workflowData.nodes.find(({ type }) => /trigger$|\.webhook$/i.test(type));
		const { executionId } = await this.request<{ executionId?: string }>(
			'POST',
			`/workflows/${workflowId}/run`,
			// 2.x runs what is saved, 1.x what is sent.
			{ workflowData, triggerToStartFrom: { name: trigger ?? first?.name } },
		);
		if (!executionId) throw new Error('n8n started nothing: it waits for the test webhook');
		return executionId;
	}

	async execution(id: string): Promise<Execution> {
		const found = await this.request<(Omit<Execution, 'data'> & { data: string }) | undefined>(
			'GET',
			`/executions/${id}`,
		);
		if (!found) throw new Error(`n8n has no execution ${id}`);
		return { ...found, data: unflatten(found.data) as Execution['data'] };
	}

	/** Waits until the execution has ended, well or not. Throws after `timeoutMs`. */
	async waitForExecution(id: string, timeoutMs = 120_000): Promise<Execution> {
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const isLate = Date.now() > deadline;
			const execution = await this.execution(id).catch((error: unknown) => {
				// 2.20 answers so for as long as it hasn't stored any data.
				if (!isLate && String(error).includes('n8n answered 500')) return undefined;
				throw error;
			});
			// 1.x shows the end a moment before the data.
			if (execution?.data && !unfinished.includes(execution.status)) return execution;
			if (isLate) {
				throw new Error(`Execution ${id} is still ${execution?.status} after ${timeoutMs} ms`);
			}
			await sleep(250);
		}
	}

	/** The newest hundred executions of a workflow, newest first, running ones included. */
	async executions(workflowId: string): Promise<ExecutionSummary[]> {
		return (await this.listExecutions({ workflowId })).results;
	}

	/** How many executions a filter finds, as n8n's list of executions filters them. */
	async countExecutions(filter: Json): Promise<number> {
		return (await this.listExecutions(filter, '&limit=1')).count;
	}

	/** All executions that a filter finds, newest first. In 2.41 and later. */
	async allExecutions(filter: Json): Promise<ExecutionSummary[]> {
		let page = await this.listExecutions(filter);
		const found = [...page.results];
		while (page.nextCursor) {
			const cursor = encodeURIComponent(page.nextCursor);
			page = await this.listExecutions(filter, `&limit=100&cursor=${cursor}`);
			found.push(...page.results);
		}
		return found;
	}

	private async listExecutions(filter: Json, rest = '&limit=100'): Promise<ExecutionPage> {
		const query = encodeURIComponent(JSON.stringify(filter));
		return await this.request('GET', `/executions?filter=${query}${rest}`);
	}

	/**
	 * Executions > Retry, with the workflow as it was then.
	 * @returns the new execution's id, when that has ended; fetch gives up after five minutes
	 */
	async retryExecution(id: string): Promise<string> {
		const { id: retry } = await this.request<{ id: string }>('POST', `/executions/${id}/retry`, {
			loadWorkflow: false,
		});
		return retry;
	}

	async stopExecution(id: string): Promise<void> {
		await this.request('POST', `/executions/${id}/stop`, {});
	}

	/** Any other call: `request('GET', '/settings')`. Returns what stands in the answer's `data`. */
	async request<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
		const answer = await send(`${this.url}/rest${path}`, method, body, { cookie: this.#cookie });
		if (answer.cookie) this.#cookie = answer.cookie;
		if (!answer.ok) {
			throw new Error(
				`n8n answered ${answer.status} to ${method} ${path}: ${answer.text.slice(0, 1000)}`,
			);
		}
		return (JSON.parse(answer.text) as { data: T }).data;
	}
}

/** n8n sends an execution's data "flatted": a list in which every text inside an entry is the index of another entry. */
export function unflatten(text: string): unknown {
	const entries = JSON.parse(text) as unknown[];
	for (const entry of entries) {
		if (typeof entry !== 'object' || entry === null) continue;
		const fields = entry as Json;
		for (const [key, value] of Object.entries(fields)) {
			if (typeof value === 'string') fields[key] = entries[Number(value)];
		}
	}
	return entries[0];
}

async function send(
	url: string,
	method: string,
	body: unknown,
	headers: Record<string, string> = {},
): Promise<{ ok: boolean; status: number; text: string; cookie: string | undefined }> {
	const response = await fetch(url, {
		method,
		headers: { 'content-type': 'application/json', ...headers },
		body: method === 'GET' || body === undefined ? undefined : JSON.stringify(body),
	});
	const cookie = response.headers.getSetCookie().find((text) => text.startsWith('n8n-auth='));
	const { ok, status } = response;
	return { ok, status, text: await response.text(), cookie: cookie?.split(';')[0] };
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
