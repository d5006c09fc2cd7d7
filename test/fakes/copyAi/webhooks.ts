import type { RunRecord } from './runs';
import { presentNumber, presentRun } from './runs';
import type { FakeSettings, RunStatus } from './settings';

export const webhookEvents = [
	'workflowRun.started',
	'workflowRun.completed',
	'workflowRun.failed',
	'workflowCreditLimit.reached',
] as const;

export type WebhookEvent = (typeof webhookEvents)[number];

/** One registration: one event, of one workflow or (without workflowId) of all. */
export interface Webhook {
	id: string;
	url: string;
	eventType: WebhookEvent;
	workflowId?: string;
}

export function presentWebhook(webhook: Webhook, settings: FakeSettings): Record<string, unknown> {
	const unscoped = settings.unscopedWorkflowId === 'null' ? { workflowId: null } : {};
	return { ...unscoped, ...webhook };
}

/** Whether the registration gets this event of a run in this workflow. */
export function wants(
	webhook: Webhook,
	event: WebhookEvent,
	workflowId: string | undefined,
): boolean {
	return (
		webhook.eventType === event &&
		(webhook.workflowId === undefined || webhook.workflowId === workflowId)
	);
}

/** The event at the end of a run; none for a run that never ends. */
export function endEvent(run: RunRecord): WebhookEvent | undefined {
	if (run.end === 'never') return undefined;
	return run.end === 'COMPLETE' ? 'workflowRun.completed' : 'workflowRun.failed';
}

/** Reasons why a registration is refused, by field; empty when it is fine. */
export function webhookComplaints(body: Record<string, unknown>): Record<string, string[]> {
	const complaints: Record<string, string[]> = {};
	const { url, eventType, workflowId } = body;
	if (typeof url !== 'string' || !/^https?:/.test(url) || !URL.canParse(url)) {
		complaints.url = ['Must be a URL'];
	}
	if (!webhookEvents.some((event) => event === eventType)) {
		complaints.eventType = [`Must be one of ${webhookEvents.join(', ')}`];
	}
	// Null is not the same as absent here, so a client that sends null shows up.
	if (workflowId !== undefined && typeof workflowId !== 'string') {
		complaints.workflowId = ['Must be a string'];
	}
	return complaints;
}

const statusOfEvent: Partial<Record<WebhookEvent, RunStatus>> = {
	'workflowRun.started': 'NEW',
	'workflowRun.completed': 'COMPLETE',
	'workflowRun.failed': 'FAILED',
};

/**
 * The body of a delivery. Captured: the run plus `type`, outputs under `output`, both ids. Documented
 * (completed only): `{type, workflowRunId, workflowId, result, metadata, credits}`. Credit limit: `{type}`.
 * @param run a text is the id of a run that the service never had
 */
export function deliveryPayload(
	event: WebhookEvent,
	run: RunRecord | string | undefined,
	settings: FakeSettings,
): Record<string, unknown> {
	const status = statusOfEvent[event];
	if (status === undefined || run === undefined) return { type: event };
	if (typeof run === 'string') return { type: event, id: run, workflowRunId: run, status };
	if (event === 'workflowRun.completed' && settings.deliveries.payload === 'documented') {
		return {
			type: event,
			workflowRunId: run.id,
			workflowId: run.workflowId,
			result: run.output,
			metadata: run.metadata,
			credits: presentNumber(run.credits, settings),
		};
	}
	const form: FakeSettings = { ...settings, outputKey: 'output', runIdKey: 'both' };
	return { type: event, ...presentRun(run, status, form) };
}
