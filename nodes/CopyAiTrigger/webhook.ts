import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { type CopyAiRun, endpoints, toWorkflowId } from '../api';
import { clock, isObject } from '../shared/http';
import { eventKey, merged, readKept, seenHere } from './memory';
import { readBack, type Verdict } from './readBack';
import {
	type Delivery,
	isEditorRun,
	readDelivery,
	type Settings,
	toLimitItem,
	toRunItem,
	toToldRun,
	whyNotWanted,
} from './reception';
import { bringsToken } from './secret';

/** When n8n is told again that static data has changed, ms: it has wrapped it by then, and not yet stored the execution. */
const SAID_AGAIN_MS = [0, 10, 50];

/**
 * Takes a delivery: the secret, the form, what is wanted, whether it came before, and Copy.ai's own word. Whatever does
 * not start the workflow is answered at once with 200 and the reason.
 */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const data = context.getWorkflowStaticData('node');
	const { tokenDigest, seen } = readKept(data);
	if (!tokenDigest || !bringsToken(context.getQueryData(), tokenDigest)) {
		context.getResponseObject().status(401).json({ message: 'Not authorized' });
		return { noWebhookResponse: true };
	}

	const delivery = readDelivery(context.getBodyData());
	if (!delivery) return ignore('this is not an event of Copy.ai');
	const settings = readSettings(context);
	const unwanted = whyNotWanted(delivery, settings);
	if (unwanted) return ignore(unwanted);

	const { event, runId } = delivery;
	if (!runId) return start(toLimitItem(delivery));
	const key = eventKey(event, runId);
	const here = seenHere(tokenDigest);
	if (here.has(key) || seen.includes(key)) return ignore('this event of this run came before');
	// Reading back takes a while, and the same may come again in the meantime.
	here.set(key, 'pending');

	const verdict = await verdictOn(context, delivery, runId, settings);
	const verified = verdict.kind === 'confirmed';
	const run: CopyAiRun = verified ? verdict.run : toToldRun(delivery, settings);
	const reason = whyNotStarted(verdict, run, settings);
	if (reason) {
		here.delete(key);
		return ignore(reason);
	}
	here.set(key, 'started');
	keep(data, () => merged(seen, here));
	return start(toRunItem(event, run, verified, settings));
}

function whyNotStarted(verdict: Verdict, run: CopyAiRun, settings: Settings): string | undefined {
	if (verdict.kind === 'contradicted') return 'Copy.ai does not confirm it';
	if (!settings.includeEditorRuns && isEditorRun(run)) {
		return "the run was started in Copy.ai's own page";
	}
	return undefined;
}

/**
 * Writes the memory into static data, and soon after once more. n8n saves static data that says it has changed, when the
 * execution is stored; but 2.x first wraps the same data for the execution, and thereby makes it say that it has not.
 */
function keep(data: IDataObject, seen: () => string[]): void {
	data.seen = seen();
	for (const ms of SAID_AGAIN_MS) {
		void clock.sleep(ms).then(() => {
			data.seen = seen();
		});
	}
}

async function verdictOn(
	context: IWebhookFunctions,
	delivery: Delivery,
	runId: string,
	settings: Settings,
): Promise<Verdict> {
	if (!settings.verify) return { kind: 'unknown', why: 'Verify is off' };
	const workflowId = delivery.workflowId ?? settings.workflowId;
	const verdict: Verdict = workflowId
		? await endpoints(context).then(
				async (api) => await readBack(api, clock, delivery.event, workflowId, runId),
				(error: Error) => ({ kind: 'unknown', why: error.message }),
			)
		: { kind: 'unknown', why: 'it names no workflow' };
	if (verdict.kind === 'unknown') {
		context.logger.warn(
			`Copy.ai Trigger "${context.getNode().name}": ${delivery.event} of run ${runId} goes out with verified: false: ${verdict.why}`,
		);
	}
	return verdict;
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
