import type { IDataObject } from 'n8n-workflow';
import { type CopyAiRun, toRun, WEBHOOK_EVENTS, type WebhookEvent } from '../CopyAi/api';
import { isObject, isTooDeep, type JsonObject, parseJson, toId } from '../shared/http';
import { toJson } from '../CopyAi/actions/output';

/** What a user has chosen to receive. */
export interface Settings {
	events: string[];
	/** Without: every workflow of the workspace. */
	workflowId?: string;
	verify: boolean;
	includeEditorRuns: boolean;
	parseJson: boolean;
}

/** A delivery of Copy.ai's, as far as its form goes. */
export interface Delivery {
	event: WebhookEvent;
	/** Of the three run events. Both are Copy.ai's word only when the run was read back. */
	runId?: string;
	workflowId?: string;
	/** What came, without the event. */
	body: JsonObject;
}

/** Longer than any id: what is longer can't be asked for. */
const LONGEST_ID = 200;
/** The status that an event stands for, where the delivery does not name it. */
const STATUS_OF: Partial<Record<WebhookEvent, string>> = {
	'workflowRun.completed': 'COMPLETE',
	'workflowRun.failed': 'FAILED',
	'workflowRun.started': 'NEW',
};
/** Keys that are ours to set, and those that n8n's copying takes for something else. */
const RESERVED = ['event', 'verified', 'error', '__proto__', 'constructor'];

/** @returns nothing for what Copy.ai can't have sent, whatever it is */
export function readDelivery(received: unknown): Delivery | undefined {
	const body = typeof received === 'string' ? parseJson(received) : received;
	if (!isObject(body) || isTooDeep(body)) return undefined;
	const { type, ...rest } = body;
	const event = WEBHOOK_EVENTS.find((known) => known === type);
	if (!event) return undefined;
	const workflowId = readId(rest.workflowId);
	if (event === 'workflowCreditLimit.reached') return { event, workflowId, body: rest };
	const runId = readId(rest.id) ?? readId(rest.workflowRunId);
	return runId ? { event, runId, workflowId, body: rest } : undefined;
}

/** @returns why a delivery is not for this trigger; nothing if it is */
export function ignoreReason(delivery: Delivery, settings: Settings): string | undefined {
	if (!settings.events.includes(delivery.event)) {
		return `the event ${delivery.event} is not chosen`;
	}
	const { workflowId } = delivery;
	if (workflowId && settings.workflowId && workflowId !== settings.workflowId) {
		return 'the run belongs to another workflow';
	}
	return undefined;
}

/** What Copy.ai's own word on a run says about an event of it. */
export function compareWithRun(
	event: WebhookEvent,
	run: CopyAiRun,
	runId: string,
	workflowId: string,
): 'confirmed' | 'notYet' | 'contradicted' {
	if (run.workflowId !== workflowId || (run.id !== '' && run.id !== runId)) return 'contradicted';
	if (event === 'workflowRun.started' || run.status === STATUS_OF[event]) return 'confirmed';
	return run.status === 'COMPLETE' || run.status === 'FAILED' ? 'contradicted' : 'notYet';
}

/** A run as only the delivery tells of it. */
export function runFromDelivery(delivery: Delivery, settings: Settings): CopyAiRun {
	const { event, body, runId = '', workflowId } = delivery;
	const status =
		typeof body.status === 'string' && body.status.trim() !== '' ? body.status : STATUS_OF[event];
	const ids = { id: runId, workflowId: workflowId ?? settings.workflowId };
	return toRun({ ...body, ...ids, status }, '');
}

/** Whether a run was started in Copy.ai's own page. */
export function isEditorRun({ metadata }: CopyAiRun): boolean {
	return Boolean(metadata?.webapp);
}

/** What the workflow gets of a run event. */
export function toRunItem(
	event: WebhookEvent,
	run: CopyAiRun,
	verified: boolean,
	settings: Settings,
): IDataObject {
	const json = toJson(run, { simplify: false, parseJson: settings.parseJson });
	return { event, ...clean(json), verified };
}

/** What the workflow gets of a credit-limit event: Copy.ai keeps nothing that it could be checked against. */
export function toLimitItem({ event, body }: Delivery): IDataObject {
	const { failure } = toRun(body, '');
	return { event, ...clean(body), ...(failure && { failure }) };
}

function clean(json: JsonObject): IDataObject {
	const entries = Object.entries(json).filter(([name]) => !RESERVED.includes(name));
	return Object.fromEntries(entries) as IDataObject;
}

function readId(value: unknown): string | undefined {
	const id = typeof value === 'string' ? toId(value) : undefined;
	return id && id.length <= LONGEST_ID ? id : undefined;
}
