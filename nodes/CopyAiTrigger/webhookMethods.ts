import { type IHookFunctions, NodeOperationError } from 'n8n-workflow';
import {
	copyAiHttp,
	type CopyAiWebhook,
	type Endpoints,
	endpoints,
	type Retry,
	listWebhooks,
	registerWebhook,
	deleteWebhook,
	toWorkflowId,
	WEBHOOK_EVENTS,
} from '../CopyAi/api';
import { type Answer, RequestLimiter, retry as insistOn } from '../runs';
import { clock, type ErrorDetails, isObject, toBaseUrl } from '../shared/http';
import { readState } from './eventDedupe';
import {
	isUpToDate,
	isLoopback,
	isOwnWebhook,
	diffWebhooks,
	type DesiredWebhooks,
} from './registration';
import { digestToken, newSalt, deriveToken } from './secret';

/** How often a call is tried: about seven seconds in all. */
const MAX_ATTEMPTS = 5;
const CONCURRENCY = 10;

/** Whether everything is registered as it should be, and remembered. @throws when that can't be found out */
export async function checkExists(context: IHookFunctions): Promise<boolean> {
	const { salt, tokenDigest, webhookIds } = readState(context.getWorkflowStaticData('node'));
	const desired = await readDesired(context, salt ?? '');
	if (tokenDigest !== digestToken(desired.token) || webhookIds.length === 0) return false;
	const listed = await listAll(context, await endpoints(context));
	return isUpToDate(diffWebhooks(listed, webhookIds, desired), webhookIds);
}

/**
 * Registers what is missing and removes what is ours and wrong. All or nothing: if one event can't be registered, those
 * before it are removed again.
 *
 * @throws NodeOperationError when the events can't be received, saying what to do
 */
export async function create(context: IHookFunctions): Promise<void> {
	const data = context.getWorkflowStaticData('node');
	const state = readState(data);
	const salt = state.salt ?? newSalt();
	const desired = await readDesired(context, salt);
	const api = await endpoints(context);
	const listed = await listAll(context, api);
	const { keep, create, remove } = diffWebhooks(listed, state.webhookIds, desired);

	const created: CopyAiWebhook[] = [];
	for (const request of create) {
		const answer = await registerWebhook(api, createRetry(), request, [...listed, ...created]);
		if (answer.kind !== 'ok') {
			const undeleted = await deleteAll(api, idsOf(created));
			throw toNodeError(context, errorOf(answer), undeleted);
		}
		created.push(answer.value);
	}
	const undeleted = await deleteAll(api, idsOf(remove));
	report(context, undeleted);
	data.salt = salt;
	data.tokenDigest = digestToken(desired.token);
	data.webhookIds = [...idsOf([...keep, ...created]), ...undeleted.keys()];
}

/**
 * Removes every registration of this trigger. What can't be removed is logged with its id and remembered, so that the
 * next activation or deactivation tries again: n8n would only log an error thrown here too, and leave the hooks of the
 * workflow's other triggers in place.
 *
 * @returns whether all are gone
 */
export async function remove(context: IHookFunctions): Promise<boolean> {
	const data = context.getWorkflowStaticData('node');
	const { webhookIds } = readState(data);
	const api = await endpoints(context).catch((error: Error) => error);
	if (api instanceof Error) {
		const error = { message: api.message, description: '' };
		report(context, new Map(webhookIds.map((id) => [id, error])));
		return false;
	}
	const listed = await listWebhooks(api, createRetry());
	const url = publicUrl(context);
	const found = listed.kind === 'ok' ? listed.value : [];
	const own = found.filter((webhook) => isOwnWebhook(webhook, webhookIds, url));
	const undeleted = await deleteAll(api, [...webhookIds, ...idsOf(own)]);
	report(context, undeleted);
	if (listed.kind !== 'ok' && undeleted.size === 0) {
		context.logger.warn(
			`Copy.ai Trigger "${context.getNode().name}" could not look for webhooks it does not remember: ${errorOf(listed).message}`,
		);
	}
	data.webhookIds = [...undeleted.keys()];
	return undeleted.size === 0;
}

/** @throws NodeOperationError for parameters and addresses with which nothing could be received */
async function readDesired(context: IHookFunctions, salt: string): Promise<DesiredWebhooks> {
	const refuse = (message: string, description: string) =>
		new NodeOperationError(context.getNode(), message, { description });

	const chosen: unknown = context.getNodeParameter('events', []);
	const events = WEBHOOK_EVENTS.filter((event) => Array.isArray(chosen) && chosen.includes(event));
	if (events.length === 0) {
		throw refuse('No event is chosen in "Events"', 'Choose at least one event to receive.');
	}

	const locator: unknown = context.getNodeParameter('workflowId', '');
	const entered = (isObject(locator) ? locator.value : locator) ?? '';
	const workflowId = toWorkflowId(entered);
	if (!workflowId && String(entered).trim() !== '') {
		throw refuse(
			'No workflow ID in "Workflow"',
			'Enter the ID, paste the address of the workflow from Copy.ai, or leave it empty for every workflow.',
		);
	}

	const url = publicUrl(context);
	const { apiKey, baseUrl } = await context.getCredentials('copyAiApi');
	const apiUrl = toBaseUrl(baseUrl, copyAiHttp);
	if (isLoopback(url) && !(typeof apiUrl === 'string' && isLoopback(apiUrl))) {
		throw refuse(
			`Copy.ai can't send events to this n8n: its public address is ${new URL(url).origin}`,
			'Set the environment variable WEBHOOK_URL to the address under which n8n can be reached from the internet, such as https://n8n.example.com/, and restart n8n. On your own computer a tunnel gives you such an address.',
		);
	}
	return { url, token: deriveToken(salt, String(apiKey ?? '').trim()), events, workflowId };
}

function publicUrl(context: IHookFunctions): string {
	const url = context.getNodeWebhookUrl('default');
	if (url) return url;
	throw new NodeOperationError(context.getNode(), 'n8n gives this trigger no public address', {
		description: 'Save the workflow and activate it again.',
	});
}

/** Patience with passing faults, anew for each purpose: what Copy.ai denies for one it may allow for another. */
function createRetry(): Retry {
	const limiter = new RequestLimiter<ErrorDetails>(CONCURRENCY);
	return async (call) => await insistOn(call, limiter, clock, MAX_ATTEMPTS);
}

async function listAll(context: IHookFunctions, api: Endpoints): Promise<CopyAiWebhook[]> {
	const answer = await listWebhooks(api, createRetry());
	if (answer.kind === 'ok') return answer.value;
	throw toNodeError(context, errorOf(answer));
}

/** @returns why some are still there, by id; one that was gone already is fine */
async function deleteAll(api: Endpoints, ids: string[]): Promise<Map<string, ErrorDetails>> {
	const undeleted = new Map<string, ErrorDetails>();
	await Promise.all(
		[...new Set(ids)].map(async (id) => {
			const answer = await deleteWebhook(api, createRetry(), id);
			if (answer.kind !== 'ok' && answer.kind !== 'notFound') undeleted.set(id, errorOf(answer));
		}),
	);
	return undeleted;
}

/** Says loudly which registrations are still there. */
function report(context: IHookFunctions, undeleted: Map<string, ErrorDetails>): void {
	const { name } = context.getNode();
	for (const [id, { message }] of undeleted) {
		context.logger.error(
			`Copy.ai Trigger "${name}" could not remove webhook ${id}: ${message}. Copy.ai goes on sending to it. Delete it with the Copy.ai node, Webhook: Delete.`,
		);
	}
}

function toNodeError(
	context: IHookFunctions,
	{ message, description }: ErrorDetails,
	undeleted = new Map<string, ErrorDetails>(),
): NodeOperationError {
	const ids = [...undeleted.keys()].join(', ');
	const said = ids ? `${message}. Registered before and not removed again: ${ids}` : message;
	const error = new NodeOperationError(context.getNode(), said, {
		description: ids
			? `${description} Delete the webhooks named with the Copy.ai node, Webhook: Delete.`
			: description,
	});
	// n8n puts words of its own in place of a message that holds a network code, and the ids would be gone.
	error.message = said;
	return error;
}

function errorOf(answer: Exclude<Answer<unknown, ErrorDetails>, { kind: 'ok' }>): ErrorDetails {
	return 'error' in answer
		? answer.error
		: { message: 'It was stopped', description: 'Activate the workflow again.' };
}

function idsOf(webhooks: CopyAiWebhook[]): string[] {
	return webhooks.map(({ id }) => id);
}
