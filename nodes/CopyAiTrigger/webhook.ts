import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { isObject, type JsonObject, redactData } from '../shared/http';
import {
	answerQuestion,
	eventKey,
	hasValidToken,
	isQuestion,
	mergeWorkflows,
	readStarted,
	readState,
	type RecentEvents,
	recentEvents,
	saveSeen,
} from '../shared/trigger';
import { readApiKey } from './desiredWebhooks';
import { ignoreReason, nameOf, readDelivery } from './delivery';
import { isEditorRun, runFromDelivery, toLimitItem, toRunItem } from './items';
import { createLog } from './log';
import { readSettings } from './settings';
import type { Verification } from './verify';
import { type Handling, verifyDelivery } from './verifyDelivery';

/** What becomes of a delivery: an execution that starts with an item, or nothing, for a reason. */
type Outcome = { item: IDataObject } | { ignored: string; details?: string };

/**
 * Handles a delivery: checks the secret, the body, the selected events, duplicates and, with Copy.ai, the event itself.
 * A delivery that doesn't start the workflow gets a 200 with the reason, and a line in n8n's log.
 */
export async function handleDelivery(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const { tokenDigest } = readState(context.getWorkflowStaticData('node'));
	const query: unknown = context.getQueryData();
	if (!tokenDigest || !hasValidToken(query, tokenDigest)) {
		createLog(context, [])('info', 'ignored a delivery: the secret in its URL is missing or wrong');
		context.getResponseObject().status(401).json({ message: 'Not authorized' });
		return { noWebhookResponse: true };
	}
	// Copy.ai knows the URL with the secret in it, and can echo it anywhere.
	const secrets = isObject(query) && typeof query.token === 'string' ? [query.token] : [];
	const log = createLog(context, secrets);

	const recent = recentEvents(tokenDigest);
	const question: unknown = context.getBodyData();
	if (isQuestion(question)) return { webhookResponse: await answer(context, question, recent) };
	const delivery = readDelivery(context.getBodyData());
	if (typeof delivery === 'string') {
		log('info', `ignored a delivery: ${delivery}`);
		return { webhookResponse: { message: `Ignored: ${delivery}` } };
	}
	const settings = readSettings(context);
	recent.isReceiving = true;
	const outcome = await decide({ context, delivery, settings, recent, log });
	if ('item' in outcome) {
		return { workflowData: [[{ json: redactData(outcome.item, secrets) }]] };
	}
	const { ignored, details } = outcome;
	log('info', `ignored ${nameOf(delivery)}: ${details ?? ignored}`);
	return { webhookResponse: { message: `Ignored: ${ignored}` } };
}

/** Answers a question of the trigger's own, and remembers what it tells. */
async function answer(
	context: IWebhookFunctions,
	question: JsonObject,
	recent: RecentEvents,
): Promise<IDataObject> {
	const data = context.getWorkflowStaticData('node');
	if (question.started) {
		const { salt = '' } = readState(data);
		recent.markStarted(readStarted(question, salt, await readApiKey(context)));
	}
	return answerQuestion(data, recent);
}

async function decide(handling: Handling): Promise<Outcome> {
	const { context, delivery, settings, recent } = handling;
	const ignored = ignoreReason(delivery, settings);
	if (ignored) return { ignored };
	const { event, runIds } = delivery;
	if (runIds.length === 0) return { item: toLimitItem(delivery) };

	const data = context.getWorkflowStaticData('node');
	const { seen, workflows } = readState(data);
	const keys = runIds.map((runId) => eventKey(event, runId));
	const isDuplicate = () => keys.some((key) => recent.started.has(key) || seen.includes(key));
	if (isDuplicate()) return { ignored: 'duplicate event' };

	const workflowId = delivery.workflowId ?? settings.workflowId;
	const verification = settings.verify
		? await verifyDelivery(handling, workflowId)
		: ({ kind: 'unavailable', why: "'Verify Events' is off" } as const);
	// Everything from here on happens at once: a copy that was verified meanwhile is a duplicate now.
	if (isDuplicate()) return { ignored: 'duplicate event' };
	const outcome = toOutcome(verification, handling, workflowId);
	if ('item' in outcome) {
		const { kind } = verification;
		const started = kind === 'confirmed' ? [eventKey(event, verification.run.id)] : keys;
		recent.markStarted(started, workflowId);
		if (!settings.workflowId) data.workflows = mergeWorkflows(workflows, recent);
		saveSeen(data, seen, recent);
	}
	return outcome;
}

function toOutcome(
	verification: Verification,
	{ delivery, settings, log }: Handling,
	workflowId: string | undefined,
): Outcome {
	if (verification.kind === 'contradicted' || verification.kind === 'notYet') {
		const yet = verification.kind === 'notYet' ? ' yet' : '';
		const ignored = `Copy.ai didn't confirm the event${yet}`;
		return { ignored, details: `${ignored}: ${verification.why}` };
	}
	if (settings.verify && !workflowId) {
		return { ignored: "the delivery names no workflow, so it can't be verified" };
	}
	const verified = verification.kind === 'confirmed';
	const run = verified ? verification.run : runFromDelivery(delivery, settings);
	if (!settings.includeEditorRuns && isEditorRun(run)) {
		return { ignored: 'the run was started in the Copy.ai editor' };
	}
	const eventName = nameOf(delivery);
	if (settings.verify && verification.kind === 'unavailable') {
		log(
			'warn',
			`couldn't verify ${eventName}, passing it on with verified: false: ${verification.why}`,
		);
	}
	return { item: toRunItem(delivery.event, run, verified, settings) };
}
