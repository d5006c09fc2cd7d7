import type { IDataObject } from 'n8n-workflow';
import { type CopyAiRun, toRun, WEBHOOK_EVENTS, type WebhookEvent } from '../CopyAi/api';
import { isObject, isTooDeep, type JsonObject, parseJson, toId } from '../shared/http';
import { toJson } from '../CopyAi/actions/output';

/** The trigger's parameters, read. */
export interface Settings {
	events: string[];
	/** Absent: all workflows in the workspace. */
	workflowId?: string;
	verify: boolean;
	includeEditorRuns: boolean;
	parseJson: boolean;
}

/** A well-formed delivery. Nothing in it is trusted yet. */
export interface Delivery {
	event: WebhookEvent;
	/** Set for the three run events. */
	runId?: string;
	workflowId?: string;
	/** The received body without `type`. */
	body: JsonObject;
}

/** Far longer than any known id; longer ones are ignored. */
const MAX_ID_LENGTH = 200;
/** The run status that belongs to an event, for deliveries without one. */
const STATUS_OF: Partial<Record<WebhookEvent, string>> = {
	'workflowRun.completed': 'COMPLETE',
	'workflowRun.failed': 'FAILED',
	'workflowRun.started': 'NEW',
};
/** Keys that the trigger sets itself, and keys that n8n drops or misreads when it copies an item. */
const RESERVED = ['event', 'verified', 'error', '__proto__', 'constructor'];

/**
 * Reads a request body, of any shape, into an event, its ids and the rest.
 *
 * `{ type: 'workflowRun.failed', workflowRunId: 'WRUN-1', workflowId: 'WCFG-1', credits: 2 }` becomes
 * `{ event: 'workflowRun.failed', runId: 'WRUN-1', workflowId: 'WCFG-1', body: { …, credits: 2 } }`.
 *
 * @returns undefined for anything that isn't a Copy.ai event
 */
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

/** @returns why this trigger ignores a delivery; undefined if it doesn't */
export function ignoreReason(delivery: Delivery, settings: Settings): string | undefined {
	if (!settings.events.includes(delivery.event)) {
		return `the event ${delivery.event} is not selected`;
	}
	const { workflowId } = delivery;
	if (workflowId && settings.workflowId && workflowId !== settings.workflowId) {
		return 'the run belongs to another workflow';
	}
	return undefined;
}

/** Compares an event with the run as Copy.ai returns it. */
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

/** The run as the delivery describes it, for events that weren't verified. */
export function runFromDelivery(delivery: Delivery, settings: Settings): CopyAiRun {
	const { event, body, runId = '', workflowId } = delivery;
	const status =
		typeof body.status === 'string' && body.status.trim() !== '' ? body.status : STATUS_OF[event];
	const ids = { id: runId, workflowId: workflowId ?? settings.workflowId };
	return toRun({ ...body, ...ids, status }, '');
}

/** Whether a run was started in the Copy.ai editor. */
export function isEditorRun({ metadata }: CopyAiRun): boolean {
	return Boolean(metadata?.webapp);
}

/** The item for a run event. */
export function toRunItem(
	event: WebhookEvent,
	run: CopyAiRun,
	verified: boolean,
	settings: Settings,
): IDataObject {
	const json = toJson(run, { simplify: false, parseJson: settings.parseJson });
	return { event, ...clean(json), verified };
}

/** The item for a credit-limit event, which can't be verified: Copy.ai has no endpoint for it. */
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
	return id && id.length <= MAX_ID_LENGTH ? id : undefined;
}
