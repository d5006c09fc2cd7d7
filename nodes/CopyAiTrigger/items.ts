import type { IDataObject } from 'n8n-workflow';
import { toJson } from '../CopyAi/actions/output';
import { type CopyAiRun, toRun, type WebhookEvent } from '../CopyAi/api';
import type { JsonObject } from '../shared/http';
import type { Delivery } from './delivery';
import type { Settings } from './settings';

/** The run status that belongs to an event. */
export const STATUS_OF: Partial<Record<WebhookEvent, string>> = {
	'workflowRun.completed': 'COMPLETE',
	'workflowRun.failed': 'FAILED',
	'workflowRun.started': 'NEW',
};
/** Keys that the trigger sets itself, and keys that n8n drops or misreads when it copies an item. */
const RESERVED = ['event', 'verified', 'error', '__proto__', 'constructor'];

/** The run as the delivery describes it, for events that weren't verified. */
export function runFromDelivery(delivery: Delivery, settings: Settings): CopyAiRun {
	const { event, body, runIds, workflowId } = delivery;
	const status =
		typeof body.status === 'string' && body.status.trim() !== '' ? body.status : STATUS_OF[event];
	const ids = { id: runIds[0], workflowId: workflowId ?? settings.workflowId };
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
	return { event, ...withoutClutter(withoutReserved(json)), verified };
}

/** Without the run's ID a second time, and without fields of which Copy.ai says nothing. */
function withoutClutter(json: IDataObject): IDataObject {
	const entries = Object.entries(json).filter(
		([name, value]) => value !== null && !(name === 'workflowRunId' && value === json.id),
	);
	return Object.fromEntries(entries);
}

/** The item for a credit-limit event, which can't be verified: Copy.ai has no endpoint for it. */
export function toLimitItem({ event, body }: Delivery): IDataObject {
	const { failure } = toRun(body, '');
	return { event, ...withoutClutter(withoutReserved(body)), ...(failure && { failure }) };
}

function withoutReserved(json: JsonObject): IDataObject {
	const entries = Object.entries(json).filter(([name]) => !RESERVED.includes(name));
	return Object.fromEntries(entries) as IDataObject;
}
