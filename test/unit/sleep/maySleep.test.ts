import type { IExecuteFunctions } from 'n8n-workflow';
import { whyAwake } from '../../../nodes/shared/sleep/maySleep';

interface Trigger {
	type: string;
	parameters?: object;
	isExecuted?: boolean;
}

interface Situation {
	type?: string;
	executionId?: string;
	credentialId?: string | null;
	executionTimeout?: number;
	trigger?: Trigger;
	child?: string;
	timeout?: number;
}

/** Why a node doesn't sleep; nothing if it may. */
function why({
	type = 'package.node',
	executionId = '17',
	credentialId = '1',
	executionTimeout,
	trigger,
	child = 'n8n-nodes-base.noOp',
	timeout = 600,
}: Situation): string | undefined {
	const context = {
		getNode: () => ({ name: 'Node', type, credentials: { api: { id: credentialId, name: 'x' } } }),
		getExecutionId: () => executionId,
		getWorkflowSettings: () => ({ executionTimeout }),
		getParentNodes: () => (trigger ? [{ name: 'Trigger', ...trigger }] : []),
		getChildNodes: () => [{ name: 'Next', type: child }],
		getWorkflowDataProxy: () => ({ $: () => ({ isExecuted: trigger?.isExecuted ?? true }) }),
	};
	return whyAwake(context as unknown as IExecuteFunctions, 'api', [{ timeout: 30 }, { timeout }]);
}

const webhook = (parameters: object, isExecuted = true): Trigger => ({
	type: 'n8n-nodes-base.webhook',
	parameters,
	isExecuted,
});
const respond = 'n8n-nodes-base.respondToWebhook';

test.each<[string, Situation]>([
	['in an ordinary workflow', {}],
	['with "no timeout" in the settings of the workflow', { executionTimeout: -1 }],
	['when a webhook answers at once', { trigger: webhook({}) }],
	[
		'when a webhook could wait, but another trigger has run',
		{
			trigger: webhook({ responseMode: 'lastNode' }, false),
		},
	],
	[
		'when Respond to Webhook has answered before',
		{
			trigger: webhook({ responseMode: 'responseNode' }),
		},
	],
])('a node may sleep %s', (_, situation) => {
	expect(why(situation)).toBeUndefined();
});

test.each<[string, Situation, RegExp]>([
	['as the tool of an agent', { type: 'package.nodeTool' }, /Tools of AI agents/],
	['in the new engine', { executionId: '4c1b-uuid' }, /new engine/],
	['without a stored credential', { credentialId: null }, /saved credential/],
	['with a timeout of the workflow', { executionTimeout: 60 }, /settings have a timeout/],
	['for less than three minutes', { timeout: 179 }, /less than 180 seconds/],
	[
		'when a webhook answers with the last node',
		{
			trigger: webhook({ responseMode: 'lastNode' }),
		},
		/too early/,
	],
	[
		'when a webhook answers further down',
		{
			trigger: webhook({ responseMode: 'responseNode' }),
			child: respond,
		},
		/too early/,
	],
	['in a chat', { trigger: { type: '@n8n/n8n-nodes-langchain.chatTrigger' } }, /too early/],
])('a node stays awake %s', (_, situation, reason) => {
	expect(why(situation)).toMatch(reason);
});
