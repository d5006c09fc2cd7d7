/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error */
import '../support/n8nEnvironment';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HookContext, TriggerContext, WebhookContext } from 'n8n-core';
import {
	type IDataObject,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type INode,
	type INodeParameters,
	type INodeTypes,
	type ITriggerFunctions,
	type IRun,
	type IWebhookResponseData,
	type IWorkflowExecuteAdditionalData,
	NodeOperationError,
	Workflow,
	type WorkflowActivateMode,
} from 'n8n-workflow';
import type { CopyAiApi as CopyAiApiClass } from '../../credentials/CopyAiApi.credentials';
import type { CopyAiTrigger as CopyAiTriggerClass } from '../../nodes/CopyAiTrigger/CopyAiTrigger.node';
import { deriveToken } from '../../nodes/shared/trigger';
import type { FakeCopyAi } from '../fakes/copyAi';
import { loadPackage } from '../support/packageUnderTest';
import { asJson, credentialsHelper, recordLog } from './triggerContext';

const { CopyAiApi, CopyAiTrigger } = loadPackage<{
	CopyAiApi: new () => CopyAiApiClass;
	CopyAiTrigger: new () => CopyAiTriggerClass;
}>('.');

const trigger = new CopyAiTrigger();
/** How long n8n takes to store an execution, at the least. */
const STORING_MS = 5;
/** How long it takes to store static data. */
const SAVING_MS = 3;
/** How long a request to its own webhook takes, each way. */
const SENDING_MS = 2;
const passes = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));
const nodeTypes: INodeTypes = {
	getByName: () => trigger,
	getByNameAndVersion: () => trigger,
	getKnownTypes: () => ({}),
};

/** What the package takes from n8n: it remembers nothing, and takes a quarter of a second to load. */
const FROM_N8N = ['n8n-workflow', 'luxon'];

/** The trigger as another process of n8n loads it: with nothing in its memory. */
export function anotherProcess(): CopyAiTriggerClass {
	let loaded: CopyAiTriggerClass | undefined;
	const fromN8n = FROM_N8N.map((name) => [name, jest.requireActual<object>(name)] as const);
	jest.isolateModules(() => {
		for (const [name, loadedBefore] of fromN8n) jest.doMock(name, () => loadedBefore);
		const { CopyAiTrigger: Trigger } = loadPackage<{ CopyAiTrigger: new () => CopyAiTriggerClass }>(
			'.',
		);
		loaded = new Trigger();
	});
	if (!loaded) throw new Error('The trigger was not loaded');
	return loaded;
}

/** What came of one delivery. */
export interface DeliveryResult {
	/** What n8n answers to the sender. */
	status: number;
	/** Why nothing was started, where the trigger says so. */
	reason?: string;
	/** The item that an execution starts with; none if none starts. */
	item?: IDataObject;
	/** What n8n answers with, if nothing is started. */
	response?: unknown;
}

interface Options {
	parameters?: INodeParameters;
	/** The instance's public address, with a slash at its end. */
	publicUrl?: string;
	/** The API URL in the credential; that of the fake by default. */
	baseUrl?: string;
}

/**
 * An active workflow with one Copy.ai Trigger, in n8n's own contexts for webhook methods and for webhooks. Static data
 * is kept as n8n keeps it: loaded as JSON for every call, saved after it, lost when a method throws.
 */
export class Instance {
	staticData: IDataObject = {};
	parameters: INodeParameters;
	publicUrl: string;
	/** Undefined: the user has deleted it. */
	credential: { apiKey: string; baseUrl: string } | undefined;
	nodeName = 'Copy.ai Trigger';
	/** Lines of n8n's log: level and message. */
	readonly log: string[] = [];
	private readonly logged = new EventEmitter();
	/** Items of the executions that `trigger()` started, as n8n has stored them, in order. */
	readonly emitted: IDataObject[] = [];
	/** Whether executions run in this process, so that the trigger's `execute()` is called in it. */
	executesHere = true;
	executionMs = 5;
	/** Whether n8n refuses a second execution with the same key, as 2.x does. */
	refusesDuplicates = false;
	/** Whether n8n can store executions. */
	canStore = true;
	private readonly executionKeys = new Set<string>();
	/** Whether the trigger can send requests to its own webhook; those that it sent. */
	isReachable = true;
	questions = 0;
	/** The process that runs `trigger()`, and those that deliveries arrive in, by turns. */
	main = trigger;
	receivers = [trigger];
	private received = 0;
	private running: { isUp: boolean; close?: () => Promise<void> } = { isUp: false };

	constructor(
		fake: FakeCopyAi,
		{ parameters = {}, publicUrl = 'https://n8n.example.com/', baseUrl = fake.url }: Options = {},
	) {
		this.parameters = parameters;
		this.publicUrl = publicUrl;
		this.credential = { apiKey: fake.settings.apiKey, baseUrl };
	}

	/** The address that Copy.ai is given, without query. */
	get address(): string {
		return `${this.publicUrl}webhook/a-webhook-id/webhook`;
	}

	/** What the trigger keeps. */
	get state(): IDataObject {
		return (this.staticData[`node:${this.nodeName}`] ?? {}) as IDataObject;
	}

	/** The secret that stands in the registered URL. */
	get token(): string {
		return deriveToken(String(this.state.salt), this.credential?.apiKey ?? '');
	}

	/** As n8n switches a workflow on: create where nothing is; delete, and nothing saved, when that throws. */
	async activate(): Promise<'existed' | 'created'> {
		const { workflow, context } = this.hookContext();
		const methods = trigger.webhookMethods.default;
		try {
			if (await methods.checkExists.call(context)) return 'existed';
			await methods.create.call(context);
		} catch (error) {
			await this.deactivate();
			throw error;
		}
		this.save(workflow);
		return 'created';
	}

	/** Calls trigger(), as n8n does when the workflow is activated and when n8n starts. */
	async run(mode: WorkflowActivateMode = 'init'): Promise<void> {
		const workflow = this.workflow();
		const running: Instance['running'] = { isUp: true };
		this.running = running;
		const context = new TriggerContext(
			workflow,
			workflow.nodes[this.nodeName],
			this.additionalData(),
			'trigger',
			mode,
			(data, _response, done, key) => void this.emit(workflow, running, data[0][0].json, done, key),
		);
		recordLog(context, this);
		Object.assign(context.helpers, {
			httpRequest: async (options: IHttpRequestOptions) =>
				await this.answerQuestion(options, running),
		});
		const { closeFunction } = await this.main.trigger.call(context);
		running.close = closeFunction;
		if (workflow.staticData.__dataChanged) this.save(workflow);
	}

	/** Takes a line of n8n's log. */
	push(line: string): void {
		this.log.push(line);
		this.logged.emit('line', line);
	}

	/** Waits for the next line of n8n's log that has this text. */
	async logs(text: string): Promise<void> {
		await new Promise<void>((resolve) => {
			this.logged.on('line', (line: string) => line.includes(text) && resolve());
		});
	}

	/** Ends the process: nothing that it still does has an effect. */
	async kill(): Promise<void> {
		this.running.isUp = false;
		await this.running.close?.();
	}

	/** Ends the process, and starts n8n again in another one. */
	async restart(): Promise<void> {
		await this.kill();
		this.main = anotherProcess();
		this.receivers = [this.main];
		await this.run('init');
	}

	/** What reaches the trigger's own webhook. */
	private async answerQuestion(
		{ url, qs, body }: IHttpRequestOptions,
		running: Instance['running'],
	): Promise<unknown> {
		this.questions += 1;
		await passes(SENDING_MS);
		const isReachable = this.isReachable && url === this.address && running.isUp;
		if (!isReachable) throw new Error('ECONNREFUSED');
		const { response } = await this.receive(body, qs);
		await passes(SENDING_MS);
		return response;
	}

	/** Starts an execution as n8n does: static data and the execution are stored at the same time, then it runs. */
	private async emit(
		workflow: Workflow,
		running: Instance['running'],
		json: IDataObject,
		done?: Parameters<ITriggerFunctions['emit']>[2],
		key = '',
	): Promise<void> {
		const saved = workflow.staticData.__dataChanged ? asJson(workflow.staticData) : undefined;
		await passes(SAVING_MS);
		if (!running.isUp) return;
		if (saved) this.staticData = saved;
		workflow.staticData.__dataChanged = false;
		await passes(STORING_MS - SAVING_MS);
		if (!running.isUp) return;
		if (!this.canStore) return done?.reject(new Error('The database is down'));
		if (this.refusesDuplicates && this.executionKeys.has(key)) {
			return done?.resolve(undefined as never);
		}
		this.executionKeys.add(key);
		this.emitted.push(json);
		if (this.executesHere) await this.execute(json);
		await passes(this.executionMs);
		done?.resolve({} as IRun);
	}

	/** Calls execute(), as n8n does for the first node of an execution. */
	private async execute(json: IDataObject): Promise<void> {
		const context = {
			getInputData: () => [{ json }],
			getWorkflowStaticData: () => asJson(this.state),
		};
		await this.main.execute.call(context as unknown as IExecuteFunctions);
	}

	/** Only the check, with nothing done about it. */
	async isUpToDate(): Promise<boolean> {
		return await trigger.webhookMethods.default.checkExists.call(this.hookContext().context);
	}

	/** Create alone, without n8n's cleaning up after it. */
	async create(): Promise<void> {
		const { workflow, context } = this.hookContext();
		await trigger.webhookMethods.default.create.call(context);
		this.save(workflow);
	}

	async deactivate(): Promise<boolean> {
		const { workflow, context } = this.hookContext();
		const areGone = await trigger.webhookMethods.default.delete.call(context);
		this.save(workflow);
		return areGone;
	}

	/** Listen for test event: own static data, which is handed from call to call. Returns how to end it. */
	async listen(): Promise<{ url: string; stop: () => Promise<void> }> {
		const { workflow, context } = this.hookContext({ isTest: true, staticData: {} });
		const methods = trigger.webhookMethods.default;
		if (!(await methods.checkExists.call(context))) await methods.create.call(context);
		const { staticData } = workflow;
		return {
			url: context.getNodeWebhookUrl('default') ?? '',
			stop: async () => {
				await methods.delete.call(this.hookContext({ isTest: true, staticData }).context);
			},
		};
	}

	/** Hands a delivery to webhook(). The query is that of the registered URL unless given. */
	async receive(body: unknown, query: unknown = { token: this.token }): Promise<DeliveryResult> {
		const staticData = asJson(this.staticData);
		const workflow = this.workflow(staticData);
		const response = {
			code: 200,
			body: undefined as unknown,
			status(code: number) {
				this.code = code;
				return this;
			},
			json(sent: unknown) {
				this.body = sent;
				return this;
			},
		};
		const additionalData = {
			...this.additionalData(),
			httpRequest: { body, query, headers: {}, params: {} },
			httpResponse: response,
		} as unknown as IWorkflowExecuteAdditionalData;
		const context = new WebhookContext(
			workflow,
			workflow.nodes[this.nodeName],
			additionalData,
			'webhook',
			this.webhookData(false),
			[],
			null,
		);
		recordLog(context, this);
		const receiver = this.receivers[this.received++ % this.receivers.length];
		const result: IWebhookResponseData = await receiver.webhook.call(context);
		if (result.workflowData) {
			// n8n 2.x wraps the same data for the execution, and stores that, before it saves what says it has changed.
			this.workflow(staticData);
			await new Promise((resolve) => setTimeout(resolve, STORING_MS));
		}
		if (workflow.staticData.__dataChanged) this.save(workflow);
		if (result.noWebhookResponse) return { status: response.code };
		const { message } = (result.webhookResponse ?? {}) as { message?: string };
		return {
			status: 200,
			reason: message,
			item: result.workflowData?.[0][0].json,
			response: result.webhookResponse,
		};
	}

	private get node(): INode {
		return {
			id: '1',
			name: this.nodeName,
			type: 'n8n-nodes-copy-ai.copyAiTrigger',
			typeVersion: 1,
			position: [0, 0],
			webhookId: 'a-webhook-id',
			parameters: { events: ['workflowRun.completed'], ...this.parameters },
			credentials: { copyAiApi: { id: '1', name: 'Copy.ai' } },
		};
	}

	private workflow(staticData = asJson(this.staticData)): Workflow {
		return new Workflow({
			id: 'wf',
			nodes: [this.node],
			connections: {},
			active: true,
			nodeTypes,
			staticData,
			settings: {},
		});
	}

	private hookContext({ isTest = false, staticData = asJson(this.staticData) } = {}) {
		const workflow = this.workflow(staticData);
		const context = new HookContext(
			workflow,
			workflow.nodes[this.nodeName],
			this.additionalData(),
			isTest ? 'manual' : 'trigger',
			isTest ? 'manual' : 'activate',
			this.webhookData(isTest),
		);
		recordLog(context, this);
		return { workflow, context };
	}

	private webhookData(isTest: boolean) {
		const [webhookDescription] = trigger.description.webhooks ?? [];
		return { webhookDescription, isTest } as never;
	}

	private save(workflow: Workflow): void {
		this.staticData = asJson(workflow.staticData);
	}

	private additionalData(): IWorkflowExecuteAdditionalData {
		const { credential } = this;
		return {
			webhookBaseUrl: `${this.publicUrl}webhook`,
			webhookTestBaseUrl: `${this.publicUrl}webhook-test`,
			webhookWaitingBaseUrl: `${this.publicUrl}webhook-waiting`,
			variables: {},
			credentialsHelper: credentialsHelper(new CopyAiApi(), () => {
				if (!credential) throw new NodeOperationError(this.node, 'Credential not found');
				return { ...credential };
			}),
		} as unknown as IWorkflowExecuteAdditionalData;
	}
}

/** A locator by id. */
export function byId(value: string) {
	return { __rl: true, mode: 'id', value };
}

/** Hands what comes over HTTP to the instance, as n8n does, and answers what n8n answers. */
export async function listenFor(instance: () => Instance): Promise<{
	url: string;
	results: DeliveryResult[];
	close: () => Promise<void>;
}> {
	const results: DeliveryResult[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { searchParams } = new URL(request.url ?? '/', 'http://n8n');
			const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
			void instance()
				.receive(body, Object.fromEntries(searchParams))
				.then((result) => {
					results.push(result);
					response.writeHead(result.status).end();
				});
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/`,
		results,
		close: async () => {
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
		},
	};
}
