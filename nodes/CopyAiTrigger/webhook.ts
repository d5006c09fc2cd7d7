import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { type CopyAiRun, endpoints, toWorkflowId } from '../CopyAi/api';
import { clock, isObject } from '../shared/http';
import { eventKey, mergeSeen, readState, recentEvents } from './eventDedupe';
import { verifyEvent, type Verification } from './verify';
import {
	type Delivery,
	isEditorRun,
	readDelivery,
	type Settings,
	toLimitItem,
	toRunItem,
	runFromDelivery,
	ignoreReason,
} from './delivery';
import { hasValidToken } from './secret';

/** When static data is written again, ms: after n8n has wrapped it, and before the execution is stored. */
const RESAVE_DELAYS_MS = [0, 10, 50];

/**
 * Handles a delivery: checks the secret, the body, the selected events, duplicates and, with Copy.ai, the event itself.
 * A delivery that doesn't start the workflow gets a 200 with the reason.
 */
export async function handleDelivery(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const data = context.getWorkflowStaticData('node');
	const { tokenDigest, seen } = readState(data);
	if (!tokenDigest || !hasValidToken(context.getQueryData(), tokenDigest)) {
		context.getResponseObject().status(401).json({ message: 'Not authorized' });
		return { noWebhookResponse: true };
	}

	const delivery = readDelivery(context.getBodyData());
	if (!delivery) return ignore('not a Copy.ai event');
	const settings = readSettings(context);
	const ignored = ignoreReason(delivery, settings);
	if (ignored) return ignore(ignored);

	const { event, runId } = delivery;
	if (!runId) return start(toLimitItem(delivery));
	const key = eventKey(event, runId);
	const recent = recentEvents(tokenDigest);
	if (recent.has(key) || seen.includes(key)) return ignore('duplicate event');
	// Verifying takes time, and the same event can arrive again meanwhile.
	recent.set(key, 'pending');

	const verification = await verifyDelivery(context, delivery, runId, settings);
	const verified = verification.kind === 'confirmed';
	const run: CopyAiRun = verified ? verification.run : runFromDelivery(delivery, settings);
	const reason = rejectReason(verification, run, settings);
	if (reason) {
		recent.delete(key);
		return ignore(reason);
	}
	recent.set(key, 'started');
	saveSeen(data, () => mergeSeen(seen, recent));
	return start(toRunItem(event, run, verified, settings));
}

function rejectReason(
	verification: Verification,
	run: CopyAiRun,
	settings: Settings,
): string | undefined {
	if (verification.kind === 'contradicted') return "Copy.ai didn't confirm the event";
	if (!settings.includeEditorRuns && isEditorRun(run)) {
		return 'the run was started in the Copy.ai editor';
	}
	return undefined;
}

/**
 * Writes the seen events to static data, and again shortly after. n8n saves static data that is marked as changed when
 * the execution is stored, but 2.x first wraps the same data for the execution, which clears the mark.
 */
function saveSeen(data: IDataObject, seen: () => string[]): void {
	data.seen = seen();
	for (const ms of RESAVE_DELAYS_MS) {
		void clock.sleep(ms).then(() => {
			data.seen = seen();
		});
	}
}

async function verifyDelivery(
	context: IWebhookFunctions,
	delivery: Delivery,
	runId: string,
	settings: Settings,
): Promise<Verification> {
	if (!settings.verify) return { kind: 'unknown', why: "'Verify Events' is off" };
	const workflowId = delivery.workflowId ?? settings.workflowId;
	const verification: Verification = workflowId
		? await endpoints(context).then(
				async (api) => await verifyEvent(api, clock, delivery.event, workflowId, runId),
				(error: Error) => ({ kind: 'unknown', why: error.message }),
			)
		: { kind: 'unknown', why: 'the delivery names no workflow' };
	if (verification.kind === 'unknown') {
		context.logger.warn(
			`Copy.ai Trigger "${context.getNode().name}" couldn't verify ${delivery.event} of run ${runId}, passing it on with verified: false: ${verification.why}`,
		);
	}
	return verification;
}

function readSettings(context: IWebhookFunctions): Settings {
	const events: unknown = context.getNodeParameter('events', []);
	const locator: unknown = context.getNodeParameter('workflowId', '');
	const options: unknown = context.getNodeParameter('options', {});
	const { verify, includeEditorRuns, parseJson } = isObject(options) ? options : {};
	return {
		events: Array.isArray(events) ? events : [],
		workflowId: toWorkflowId(isObject(locator) ? locator.value : locator),
		verify: verify !== false,
		includeEditorRuns: includeEditorRuns !== false,
		parseJson: parseJson !== false,
	};
}

function start(json: IDataObject): IWebhookResponseData {
	return { workflowData: [[{ json }]] };
}

function ignore(reason: string): IWebhookResponseData {
	return { webhookResponse: { message: `Ignored: ${reason}` } };
}
