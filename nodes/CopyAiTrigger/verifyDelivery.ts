import type { IWebhookFunctions } from 'n8n-workflow';
import { type Endpoints, endpoints } from '../CopyAi/api';
import { clock } from '../shared/http';
import { eventKey, type RecentEvents } from '../shared/trigger';
import { type Delivery, nameOf } from './delivery';
import { isEditorRun } from './items';
import type { Log } from './log';
import type { Settings } from './settings';
import { type ReportedEvent, type Verification, verifyEvent } from './verify';

/** What belongs to one delivery while it is handled. */
export interface Handling {
	context: IWebhookFunctions;
	delivery: Delivery;
	settings: Settings;
	recent: RecentEvents;
	log: Log;
}

/**
 * Asks Copy.ai about a delivery; copies that arrive meanwhile share the answer. An event that isn't confirmed yet is
 * checked again in the background.
 */
export async function verifyDelivery(
	handling: Handling,
	workflowId: string | undefined,
): Promise<Verification> {
	const { context, delivery, recent } = handling;
	if (!workflowId) return { kind: 'unavailable', why: 'the delivery names no workflow' };
	const reported: ReportedEvent = { event: delivery.event, workflowId, runIds: delivery.runIds };

	return await recent.share(keyOf(reported), async () => {
		const api = await endpoints(context).catch((error: Error) => error);
		if (api instanceof Error) return { kind: 'unavailable', why: api.message };
		const verification = await verifyEvent(api, clock, reported);
		if (verification.kind === 'notYet') recheck(api, reported, handling);
		return verification;
	});
}

/**
 * Checks an event again for two minutes: Copy.ai doesn't deliver it a second time. `trigger()` starts the execution if it
 * runs in this process; otherwise it finds the run by itself, or n8n's log says what to do.
 */
function recheck(
	api: Endpoints,
	reported: ReportedEvent,
	{ settings, recent, log }: Handling,
): void {
	recent.rechecks.add(keyOf(reported), async () => {
		const verification = await verifyEvent(api, clock, reported, []);
		if (verification.kind !== 'confirmed') return verification.kind === 'contradicted';
		const { run } = verification;
		const isStarted = recent.started.has(eventKey(reported.event, run.id));
		const isUnwanted = !settings.includeEditorRuns && isEditorRun(run);
		if (isStarted || isUnwanted) return true;
		const { startLate } = recent;
		if (startLate) {
			const { event, workflowId } = reported;
			return await startLate({ event, runId: run.id, workflowId });
		}
		if (settings.catchUp) {
			log('info', `left ${nameOf(reported)} to the next check for missed events`);
		} else {
			log(
				'warn',
				`didn't start an execution for ${nameOf(reported)}: Copy.ai confirmed the event only after the delivery was answered. Get the run with the Copy.ai node, Workflow Run > Get.`,
			);
		}
		return true;
	});
}

function keyOf(reported: ReportedEvent): string {
	return JSON.stringify(reported);
}
