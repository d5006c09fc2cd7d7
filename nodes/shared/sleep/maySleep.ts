import * as n8n from 'n8n-workflow';
import type { IExecuteFunctions, NodeTypeAndVersion } from 'n8n-workflow';
import type { WaitOptions } from '../operations';
import { awakeMs } from './rounds';

/** How much longer than it stays awake a node must be ready to wait, ms: less isn't worth an execution of its own. */
const MIN_LEFT_MS = 120_000;

/** Triggers whose caller can wait for an answer, and what they do without a setting. */
const ANSWERING_TRIGGERS: Record<string, string> = {
	'n8n-nodes-base.webhook': 'onReceived',
	'n8n-nodes-base.formTrigger': 'onReceived',
	'@n8n/n8n-nodes-langchain.chatTrigger': 'lastNode',
};
const RESPOND_NODE = 'n8n-nodes-base.respondToWebhook';

/**
 * Whether the node may sleep in n8n's database, as far as that can be seen.
 *
 * @param credentialType that the helper execution needs
 * @returns why not, as a sentence; nothing if it may
 */
export function whyAwake(
	context: IExecuteFunctions,
	credentialType: string,
	waits: Array<Pick<WaitOptions, 'timeout'>>,
): string | undefined {
	const { type, credentials } = context.getNode();
	if (type.endsWith('Tool')) return 'Tools of AI agents have to answer while the agent waits.';
	// n8n 2.41 is the first that resumes an execution with what its helper has put out, errors included.
	if (!(n8n.WAIT_FOR_SUB_EXECUTION instanceof Date)) return 'It needs n8n 2.41 or later.';
	if (!/^\d+$/.test(context.getExecutionId())) return "n8n's new engine can't do it yet.";
	if (!credentials?.[credentialType]?.id) return 'It needs a saved credential.';
	if ((context.getWorkflowSettings().executionTimeout ?? 0) > 0) {
		return "The workflow's settings have a timeout, which doesn't go on while n8n sleeps.";
	}
	const longestMs = waits.reduce((most, { timeout }) => Math.max(most, timeout * 1000), 0);
	if (longestMs < awakeMs() + MIN_LEFT_MS) {
		return `'Timeout' is less than ${(awakeMs() + MIN_LEFT_MS) / 1000} seconds.`;
	}
	return isAnswerWaitedFor(context)
		? 'The caller of this execution waits for its result, and would be answered too early.'
		: undefined;
}

/** Whether the workflow was started by a call that is answered when the node is done. */
function isAnswerWaitedFor(context: IExecuteFunctions): boolean {
	const { name } = context.getNode();
	const options = { includeNodeParameters: true };
	const modes = context
		.getParentNodes(name, options)
		.filter((trigger) => hasRun(context, trigger.name))
		.map(responseMode);
	if (modes.includes('lastNode') || modes.includes('streaming')) return true;
	if (!modes.some((mode) => mode === 'responseNode' || mode === 'responseNodes')) return false;
	return context.getChildNodes(name).some(({ type }) => type === RESPOND_NODE);
}

/** A workflow can have several triggers; what one says counts only if it has started this execution. */
function hasRun(context: IExecuteFunctions, name: string): boolean {
	const data = context.getWorkflowDataProxy(0) as unknown as {
		$: (name: string) => { isExecuted: boolean };
	};
	return data.$(name).isExecuted;
}

function responseMode({ type, parameters, disabled }: NodeTypeAndVersion): unknown {
	const usual = ANSWERING_TRIGGERS[type];
	if (usual === undefined || disabled) return undefined;
	const { responseMode: own, options } = (parameters ?? {}) as {
		responseMode?: unknown;
		options?: { responseMode?: unknown };
	};
	return own ?? options?.responseMode ?? usual;
}
