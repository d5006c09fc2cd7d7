import { type IHookFunctions, NodeOperationError } from 'n8n-workflow';
import {
	type CopyAiWebhook,
	type Endpoints,
	endpoints,
	type Retry,
	listWebhooks,
	registerWebhook,
	deleteWebhook,
} from '../CopyAi/api';
import { type Answer, RequestLimiter, retry } from '../runs';
import { clock, type ErrorDetails } from '../shared/http';
import { publicUrl, readDesired } from './desiredWebhooks';
import { readState } from './eventDedupe';
import { diffWebhooks, isOwnWebhook, isUpToDate } from './registration';
import { digestToken, newSalt } from './secret';

/** How often a call is attempted: about seven seconds in all. */
const MAX_ATTEMPTS = 5;
const CONCURRENCY = 10;

/** Whether the desired webhooks are registered and in static data. @throws NodeOperationError if that can't be checked */
export async function checkExists(context: IHookFunctions): Promise<boolean> {
	const { salt, tokenDigest, webhookIds } = readState(context.getWorkflowStaticData('node'));
	const desired = await readDesired(context, salt ?? '');
	if (tokenDigest !== digestToken(desired.token) || webhookIds.length === 0) return false;
	const listed = await listAll(context, await endpoints(context));
	return isUpToDate(diffWebhooks(listed, webhookIds, desired), webhookIds);
}

/**
 * Creates missing webhooks and deletes the trigger's outdated ones. All or nothing: if one can't be created, those
 * created before it are deleted again.
 *
 * @throws NodeOperationError if the events can't be received
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
 * Deletes every webhook of this trigger. One that can't be deleted is logged with its id and stays in static data, so
 * that the next activation or deactivation tries again. Nothing is thrown: n8n would only log it, and leave the webhooks
 * of the workflow's other triggers in place.
 *
 * @returns whether all are deleted
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
			`Copy.ai Trigger "${context.getNode().name}" couldn't check for leftover webhooks: ${errorOf(listed).message}`,
		);
	}
	data.webhookIds = [...undeleted.keys()];
	return undeleted.size === 0;
}

/** Retries with a limiter of their own for each purpose: what Copy.ai denies for one, it may allow for another. */
function createRetry(): Retry {
	const limiter = new RequestLimiter<ErrorDetails>(CONCURRENCY);
	return async (call) => await retry(call, limiter, clock, MAX_ATTEMPTS);
}

async function listAll(context: IHookFunctions, api: Endpoints): Promise<CopyAiWebhook[]> {
	const answer = await listWebhooks(api, createRetry());
	if (answer.kind === 'ok') return answer.value;
	throw toNodeError(context, errorOf(answer));
}

/** @returns why webhooks couldn't be deleted, by id; one that didn't exist any more is fine */
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

/** Logs the webhooks that couldn't be deleted. */
function report(context: IHookFunctions, undeleted: Map<string, ErrorDetails>): void {
	const { name } = context.getNode();
	for (const [id, { message }] of undeleted) {
		context.logger.error(
			`Copy.ai Trigger "${name}" couldn't delete webhook ${id}: ${message}. Copy.ai will keep sending events to it. Delete it with the Copy.ai node, Webhook > Delete.`,
		);
	}
}

function toNodeError(
	context: IHookFunctions,
	{ message, description }: ErrorDetails,
	undeleted = new Map<string, ErrorDetails>(),
): NodeOperationError {
	const ids = [...undeleted.keys()].join(', ');
	const text = ids
		? `${message}. These webhooks were created and couldn't be removed: ${ids}`
		: message;
	const error = new NodeOperationError(context.getNode(), text, {
		description: ids
			? `${description} Delete them with the Copy.ai node, Webhook > Delete.`
			: description,
	});
	// n8n replaces a message that contains a network code, and the ids would be lost.
	error.message = text;
	return error;
}

function errorOf(answer: Exclude<Answer<unknown, ErrorDetails>, { kind: 'ok' }>): ErrorDetails {
	return 'error' in answer
		? answer.error
		: { message: 'The request was canceled', description: 'Activate the workflow again.' };
}

function idsOf(webhooks: CopyAiWebhook[]): string[] {
	return webhooks.map(({ id }) => id);
}
