import type { IHookFunctions } from 'n8n-workflow';
import {
	type CopyAiWebhook,
	type Endpoints,
	endpoints,
	listWebhooks,
	registerWebhook,
} from '../CopyAi/api';
import {
	deriveToken,
	digestToken,
	isSameAddress,
	isUpToDate,
	newSalt,
	readState,
	recentEvents,
	type TriggerState,
} from '../shared/trigger';
import {
	publicUrl,
	readApiKey,
	readN8nUrl,
	readTarget,
	type RegistrationContext,
	type Target,
	toDesired,
} from './desiredWebhooks';
import { createLog } from './log';
import { diffWebhooks } from './registration';
import { logElsewhere, logLeftBehind, logUndeleted, toNodeError } from './registrationReport';
import { createRetry, deleteAll, errorOf, idsOf, readEach } from './webhookCalls';

/** Whether the desired webhooks are registered and in static data. @throws NodeOperationError if that can't be checked */
export async function checkExists(context: IHookFunctions): Promise<boolean> {
	const { salt, tokenDigest, webhookIds } = readState(context.getWorkflowStaticData('node'));
	const desired = await toDesired(context, readTarget(context, publicUrl(context)), salt ?? '');
	if (tokenDigest !== digestToken(desired.token) || webhookIds.length === 0) return false;
	const secrets = [desired.token];
	const api = await endpoints(context, undefined, secrets);
	const listed = await listAll(context, api, secrets);
	return isUpToDate(diffWebhooks(listed, webhookIds, desired), webhookIds);
}

/** Registers what the trigger's parameters say. @throws NodeOperationError if the events can't be received */
export async function create(context: IHookFunctions): Promise<void> {
	const target = readTarget(context, publicUrl(context));
	await register(context, target, readN8nUrl(context));
}

/**
 * Creates missing webhooks and deletes the trigger's outdated ones. All or nothing: if one can't be created, those
 * created before it are deleted again.
 *
 * @param n8nUrl see `readN8nUrl`
 * @throws NodeOperationError if the events can't be received
 */
export async function register(
	context: RegistrationContext,
	target: Target,
	n8nUrl: string,
): Promise<void> {
	const data = context.getWorkflowStaticData('node');
	const state = readState(data);
	// At once: n8n can call `trigger()` at the same time, which needs the same salt.
	const salt = (data.salt = state.salt ?? newSalt());
	const desired = await toDesired(context, target, salt);
	const secrets = [desired.token];
	const api = await endpoints(context, undefined, secrets);
	const listed = await listAll(context, api, secrets);
	const diff = diffWebhooks(listed, state.webhookIds, desired);

	const created: CopyAiWebhook[] = [];
	for (const request of diff.create) {
		const before = new Set(idsOf([...listed, ...created]));
		const answer = await registerWebhook(api, createRetry(), request, before);
		if (answer.kind !== 'ok') {
			const undeleted = await deleteAll(api, idsOf(created));
			throw toNodeError(context, errorOf(answer), secrets, undeleted);
		}
		created.push(answer.value);
	}
	const undeleted = await deleteAll(api, idsOf(diff.remove));

	const log = createLog(context, secrets);
	logUndeleted(log, undeleted);
	logElsewhere(log, diff.elsewhere, desired.url);
	if (hasOtherKey(state, desired.token)) logLeftBehind(log, diff.unlisted);
	data.tokenDigest = digestToken(desired.token);
	data.webhookIds = [...idsOf([...diff.keep, ...created]), ...undeleted.keys()];
	data.url = desired.url;
	data.n8nUrl = n8nUrl;
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
	const state = readState(data);
	const { webhookIds } = state;
	if (state.tokenDigest) recentEvents(state.tokenDigest).rechecks.stop();
	const apiKey = await readApiKey(context).catch((error: Error) => error);
	if (apiKey instanceof Error) {
		const error = { message: apiKey.message, description: '' };
		logUndeleted(createLog(context, []), new Map(webhookIds.map((id) => [id, error])));
		return false;
	}
	const token = deriveToken(state.salt ?? '', apiKey);
	const log = createLog(context, [token]);
	const api = await endpoints(context, undefined, [token]);
	const url = publicUrl(context);

	const answer = await listWebhooks(api, createRetry());
	const listed = answer.kind === 'ok' ? answer.value : [];
	const unlisted = webhookIds.filter((id) => !listed.some((webhook) => webhook.id === id));
	const { found, missing, unread } = await readEach(api, unlisted);
	const known = [...listed, ...found];
	const own = known.filter((webhook) => isSameAddress(webhook.url, url));
	const undeleted = new Map([...unread, ...(await deleteAll(api, idsOf(own)))]);

	logUndeleted(log, undeleted);
	logElsewhere(
		log,
		known.filter((webhook) => webhookIds.includes(webhook.id) && !own.includes(webhook)),
		url,
	);
	if (hasOtherKey(state, token)) logLeftBehind(log, missing);
	if (answer.kind !== 'ok' && undeleted.size === 0) {
		log('warn', `couldn't check for leftover webhooks: ${errorOf(answer).message}`);
	}
	data.webhookIds = [...undeleted.keys()];
	return undeleted.size === 0;
}

/** Whether the registrations in static data were made with another API key: the same salt gave another secret. */
function hasOtherKey({ salt, tokenDigest }: TriggerState, token: string): boolean {
	return salt !== undefined && tokenDigest !== undefined && tokenDigest !== digestToken(token);
}

async function listAll(
	context: RegistrationContext,
	api: Endpoints,
	secrets: string[],
): Promise<CopyAiWebhook[]> {
	const answer = await listWebhooks(api, createRetry());
	if (answer.kind === 'ok') return answer.value;
	throw toNodeError(context, errorOf(answer), secrets);
}
