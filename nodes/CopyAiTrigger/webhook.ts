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

/** When n8n is told again that static data has changed, ms: it has wrapped it by then, and not yet stored the execution. */
const RESAVE_DELAYS_MS = [0, 10, 50];

/**
 * Takes a delivery: the secret, the form, what is wanted, whether it came before, and Copy.ai's own word. Whatever does
 * not start the workflow is answered at once with 200 and the reason.
 */
export async function handleDelivery(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const data = context.getWorkflowStaticData('node');
	const { tokenDigest, seen } = readState(data);
	if (!tokenDigest || !hasValidToken(context.getQueryData(), tokenDigest)) {
		context.getResponseObject().status(401).json({ message: 'Not authorized' });
		return { noWebhookResponse: true };
	}

	const delivery = readDelivery(context.getBodyData());
	if (!delivery) return ignore('this is not an event of Copy.ai');
	const settings = readSettings(context);
	const unwanted = ignoreReason(delivery, settings);
	if (unwanted) return ignore(unwanted);

	const { event, runId } = delivery;
	if (!runId) return start(toLimitItem(delivery));
	const key = eventKey(event, runId);
	const recent = recentEvents(tokenDigest);
	if (recent.has(key) || seen.includes(key)) return ignore('this event of this run came before');
	// Reading back takes a while, and the same may come again in the meantime.
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
	if (verification.kind === 'contradicted') return 'Copy.ai does not confirm it';
	if (!settings.includeEditorRuns && isEditorRun(run)) {
		return "the run was started in Copy.ai's own page";
	}
	return undefined;
}

/**
 * Writes the memory into static data, and soon after once more. n8n saves static data that says it has changed, when the
 * execution is stored; but 2.x first wraps the same data for the execution, and thereby makes it say that it has not.
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
	if (!settings.verify) return { kind: 'unknown', why: 'Verify is off' };
	const workflowId = delivery.workflowId ?? settings.workflowId;
	const verification: Verification = workflowId
		? await endpoints(context).then(
				async (api) => await verifyEvent(api, clock, delivery.event, workflowId, runId),
				(error: Error) => ({ kind: 'unknown', why: error.message }),
			)
		: { kind: 'unknown', why: 'it names no workflow' };
	if (verification.kind === 'unknown') {
		context.logger.warn(
			`Copy.ai Trigger "${context.getNode().name}": ${delivery.event} of run ${runId} goes out with verified: false: ${verification.why}`,
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
	return { webhookResponse: { message: `Nothing was started: ${reason}` } };
}
