import type { IDataObject, INodeType } from 'n8n-workflow';
import {
	byId,
	type NodeSettings,
	prepare,
	type NodeUnderTest,
	type Setup,
} from '../../../test/engine/harness';
import { loadPackage } from '../../../test/support/packageUnderTest';
import type { FakeB3os } from '../fakes/b3os';

/** The B3OS node. */
export function b3os(): NodeUnderTest {
	const { B3os, B3osApi } = loadPackage<{
		B3os: new () => INodeType;
		B3osApi: new () => NodeUnderTest['credential'];
	}>('b3os');
	return {
		name: 'B3OS',
		type: 'n8n-nodes-b3os.b3os',
		node: new B3os(),
		credentialType: 'b3osApi',
		credential: new B3osApi(),
	};
}

/** What a test gives the node beside its parameters. */
export interface Rest {
	items?: IDataObject[];
	settings?: NodeSettings;
	batchSize?: number;
	credential?: { apiKey?: string; baseUrl?: string; organizationId?: string };
}

/** A workflow with the B3OS node, talking to this fake. */
export function flow(...args: Parameters<typeof setup>) {
	return prepare(setup(...args));
}

/** What that workflow is made of. */
export function setup(
	fake: FakeB3os,
	operation: string,
	parameters: IDataObject = {},
	{ items, settings, batchSize, credential }: Rest = {},
): Setup {
	return {
		nodeUnderTest: b3os(),
		credential: { apiKey: fake.service.settings.apiKey, baseUrl: fake.url, ...credential },
		items,
		settings: { waitBetweenTries: 50, ...settings },
		batchSize,
		parameters: {
			resource: 'workflowRun',
			operation,
			workflowId: byId('wf_swap'),
			...parameters,
		} as never,
	};
}

/** Three items, and the payload that each is started with. */
export const three = [{ token: 'ETH' }, { token: 'SOL' }, { token: 'B3' }];
export const payloadOfItem = { variablesInput: 'json', variablesJson: '={{ $json }}' };
