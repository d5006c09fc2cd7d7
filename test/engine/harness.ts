/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import '../support/n8nEnvironment';
import {
	Cipher,
	Credentials,
	EncryptionKeyProxy,
	ExecutionLifecycleHooks,
	InstanceSettings,
	WorkflowExecute,
} from 'n8n-core';
import {
	createRunExecutionData,
	type IConnections,
	type ICredentialDataDecryptedObject,
	type ICredentialsHelper,
	type IDataObject,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type INode,
	type INodeProperties,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IRunExecutionData,
	type IWorkflowExecuteAdditionalData,
	type IWorkflowSettings,
	NodeConnectionTypes,
	Workflow,
} from 'n8n-workflow';
import { loadPackage } from '../support/packageUnderTest';

/** What is tested: a node and its credential, as a package has them. */
export interface NodeUnderTest {
	/** What the node is called in the workflow. */
	name: string;
	/** The node's type, with its package. */
	type: string;
	node: INodeType;
	credentialType: string;
	credential: {
		authenticate: (
			credentials: ICredentialDataDecryptedObject,
			request: IHttpRequestOptions,
		) => Promise<IHttpRequestOptions>;
	};
}

/** The Copy.ai node. */
export function copyAi(): NodeUnderTest {
	const { CopyAi, CopyAiApi } = loadPackage<{
		CopyAi: new () => INodeType;
		CopyAiApi: new () => NodeUnderTest['credential'];
	}>('.');
	return {
		name: 'Copy.ai',
		type: 'n8n-nodes-copy-ai.copyAi',
		node: new CopyAi(),
		credentialType: 'copyAiApi',
		credential: new CopyAiApi(),
	};
}

/** Puts out the items it is given. */
class Items implements INodeType {
	description = describe('items', 1, { name: 'items', type: 'json', default: [] });

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getNodeParameter('items', 0) as IDataObject[];
		return [items.map((json, item) => ({ json, pairedItem: { item } }))];
	}
}

/** Gives its items out in batches, as n8n's Loop Over Items does: output 0 is done, output 1 the next batch. */
class Loop implements INodeType {
	description = describe('loop', 2, { name: 'batchSize', type: 'number', default: 1 });

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const context = this.getContext('node');
		const returned = this.getInputData();
		if (!context.left) context.left = returned;
		else context.done = [...((context.done as INodeExecutionData[]) ?? []), ...returned];
		const left = context.left as INodeExecutionData[];
		const batch = left.splice(0, this.getNodeParameter('batchSize', 0) as number);
		return batch.length > 0 ? [[], batch] : [context.done as INodeExecutionData[], []];
	}
}

/** Lets its items through, as n8n's own trigger of sub-workflows does. */
class Through implements INodeType {
	description = describe('through', 1, { name: 'none', type: 'string', default: '' });

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [this.getInputData()];
	}
}

function describe(
	name: string,
	outputs: number,
	property: Pick<INodeProperties, 'name' | 'type' | 'default'>,
): INodeType['description'] {
	return {
		displayName: name,
		name,
		group: ['transform'],
		version: 1,
		description: name,
		defaults: { name },
		inputs: [NodeConnectionTypes.Main],
		outputs: Array.from({ length: outputs }, () => NodeConnectionTypes.Main),
		properties: [{ displayName: name, ...property }],
	};
}

function nodeTypesWith({ type, node }: NodeUnderTest): INodeTypes {
	const types: Record<string, INodeType> = {
		'test.items': new Items(),
		'test.loop': new Loop(),
		'n8n-nodes-base.executeWorkflowTrigger': new Through(),
		'n8n-nodes-base.stickyNote': new Through(),
		[type]: node,
	};
	return {
		getByName: (name) => types[name],
		getByNameAndVersion: (name) => types[name],
		getKnownTypes: () => ({}),
	};
}

// The container that n8n-core itself uses: others may be installed beside it.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { Container } = require(
	require.resolve('@n8n/di', { paths: [require.resolve('n8n-core')] }),
) as {
	Container: { get<T>(type: new (...parts: never[]) => T): T };
};

// n8n encrypts credentials with a key that it keeps in its database; here it is the instance's own.
const key = {
	id: 'test',
	value: Container.get(Cipher).encryptDEKWithInstanceKey(
		Container.get(InstanceSettings).encryptionKey,
	),
	algorithm: 'aes-256-cbc' as const,
	format: 'no-prefix' as const,
};
Container.get(EncryptionKeyProxy).setProvider({
	getActiveKey: async () => key,
	getKeyById: async () => key,
	getLegacyKey: async () => key,
} as never);

/** What the credential holds in a test. */
export interface TestCredential {
	apiKey: string;
	baseUrl: string;
}

/** Keeps the credential encrypted with n8n's own cipher, and lets the package's class sign requests. */
function credentialsHelper(
	nodeUnderTest: NodeUnderTest,
	credential: TestCredential,
): ICredentialsHelper {
	const stored = new Credentials<ICredentialDataDecryptedObject>(
		{ id: '1', name: nodeUnderTest.name },
		nodeUnderTest.credentialType,
	);
	const ready = stored.setData({ ...credential });
	return {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		authenticate: async (
			data: ICredentialDataDecryptedObject,
			_: string,
			request: IHttpRequestOptions,
		) => await nodeUnderTest.credential.authenticate(data, request),
		preAuthentication: async () => undefined,
		runPreAuthentication: async () => undefined,
		getCredentials: async () => stored,
		getDecrypted: async () => {
			await ready;
			return await stored.getData();
		},
		updateCredentials: async () => {},
		updateCredentialsOauthTokenData: async () => {},
		getCredentialsProperties: () => [],
	} as unknown as ICredentialsHelper;
}

/** Settings of the node under test beside its parameters. */
export type NodeSettings = Partial<
	Pick<INode, 'onError' | 'retryOnFail' | 'maxTries' | 'waitBetweenTries'>
>;

/** An execution of one workflow by n8n's engine. */
export interface Execution {
	run: IRun;
	/** What the node under test put out in its last run, by output. */
	outputs: INodeExecutionData[][];
	/** JSON of what it put out first. */
	json: IDataObject[];
	/** Message and description of what the node stopped with. */
	error?: { message: string; description?: string | null };
}

export interface Setup {
	/** Default: the Copy.ai node. */
	nodeUnderTest?: NodeUnderTest;
	credential: TestCredential;
	/** Parameters of the node under test. */
	parameters: INodeParameters;
	items?: IDataObject[];
	settings?: NodeSettings;
	/** Runs the node in a loop over batches of this size. */
	batchSize?: number;
	/** Of the workflow. */
	workflowSettings?: IWorkflowSettings;
	/** What n8n does for a node that executes another workflow. */
	executeWorkflow?: IWorkflowExecuteAdditionalData['executeWorkflow'];
}

/** A workflow of one start node and the node under test, in a loop if asked for. */
export function prepare({
	nodeUnderTest = copyAi(),
	credential,
	parameters,
	items = [{}],
	settings,
	batchSize,
	workflowSettings,
	executeWorkflow,
}: Setup) {
	const { name: nodeName, credentialType } = nodeUnderTest;
	const node = (
		name: string,
		type: string,
		own: INodeParameters,
		rest: Partial<INode> = {},
	): INode => ({
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters: own,
		...rest,
	});
	const nodes = [
		node('Items', 'test.items', { items: items as never }),
		node(nodeName, nodeUnderTest.type, parameters, {
			credentials: { [credentialType]: { id: '1', name: nodeName } },
			...settings,
		}),
		...(batchSize ? [node('Loop', 'test.loop', { batchSize })] : []),
	];
	const to = (name: string) => [{ node: name, type: NodeConnectionTypes.Main, index: 0 }];
	const connections: IConnections = batchSize
		? {
				Items: { main: [to('Loop')] },
				Loop: { main: [[], to(nodeName)] },
				[nodeName]: { main: [to('Loop')] },
			}
		: { Items: { main: [to(nodeName)] } };
	const workflow = new Workflow({
		id: 'wf',
		nodes,
		connections,
		active: false,
		nodeTypes: nodeTypesWith(nodeUnderTest),
		settings: { executionOrder: 'v1', ...workflowSettings },
	});

	const engine = (data: IRunExecutionData = createRunExecutionData()) => {
		const additionalData = {
			credentialsHelper: credentialsHelper(nodeUnderTest, credential),
			hooks: new ExecutionLifecycleHooks('manual', '1', { id: 'wf', name: 'wf' } as never),
			executionId: '1',
			currentNodeExecutionIndex: 0,
			variables: {},
			webhookWaitingBaseUrl: 'http://127.0.0.1/waiting',
			formWaitingBaseUrl: 'http://127.0.0.1/form',
			instanceBaseUrl: 'http://127.0.0.1/',
			setExecutionStatus: () => {},
			executeWorkflow,
		} as unknown as IWorkflowExecuteAdditionalData;
		return new WorkflowExecute(additionalData, 'manual', data);
	};

	const read = (run: IRun): Execution => {
		const tasks = run.data.resultData.runData[nodeName] ?? [];
		const outputs = (tasks.at(-1)?.data?.main ?? []) as INodeExecutionData[][];
		return {
			run,
			outputs,
			json: (outputs[0] ?? []).map(({ json }) => json),
			error: run.data.resultData.error as Execution['error'],
		};
	};

	return {
		/** Runs it to its end. */
		execute: async () => read(await engine().run({ workflow, startNode: workflow.nodes.Items })),
		/** Runs it and gives the means to stop it. */
		begin: () => {
			const running = engine().run({ workflow, startNode: workflow.nodes.Items });
			return { stop: () => running.cancel(), done: running.then(read) };
		},
		/** What Executions > Retry does: runs the failed node again on the same execution data. */
		retry: async ({ run }: Execution) => {
			const data = structuredClone(run.data);
			delete data.resultData.error;
			const last = data.resultData.lastNodeExecuted!;
			const tasks = data.resultData.runData[last];
			if (tasks.at(-1)?.error) tasks.pop();
			return read(await engine(data).processRunExecutionData(workflow));
		},
		/** Goes on with an execution that was put to sleep, as n8n has stored it. */
		wake: async (data: IRunExecutionData) =>
			read(await engine(structuredClone(data)).processRunExecutionData(workflow)),
		/** The same engine for another workflow. */
		engine,
		nodeTypes: nodeTypesWith(nodeUnderTest),
		workflow,
	};
}

/** Runs the node under test once. */
export async function execute(setup: Setup): Promise<Execution> {
	return await prepare(setup).execute();
}

/** A locator by id. */
export function byId(value: string) {
	return { __rl: true, mode: 'id', value };
}

/** What an item says that came out instead of a result, with continue on error. */
export function errorOf({ json }: Pick<INodeExecutionData, 'json'>): IDataObject {
	return json.error as IDataObject;
}

/** The message of an item's error; `undefined` as text where it has none. */
export function messageOf(json: IDataObject): string {
	return String(errorOf({ json })?.message);
}
