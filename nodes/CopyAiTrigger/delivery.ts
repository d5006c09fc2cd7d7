import { WEBHOOK_EVENTS, type WebhookEvent } from '../CopyAi/api';
import { isObject, isTooDeep, type JsonObject, parseJson, toId } from '../shared/http';
import type { Settings } from './settings';

/** A well-formed delivery. Nothing in it is trusted yet. */
export interface Delivery {
	event: WebhookEvent;
	/**
	 * Set for the three run events: the run's id, or two if the delivery names two. `workflowRunId` comes first, as `id`
	 * can be the event's own.
	 */
	runIds: string[];
	workflowId?: string;
	/** The received body without `type`. */
	body: JsonObject;
}

/** Far longer than any known id; longer ones are ignored. */
const MAX_ID_LENGTH = 200;

/**
 * Reads a request body, of any shape, into an event, its ids and the rest.
 *
 * `{ type: 'workflowRun.failed', workflowRunId: 'WRUN-1', workflowId: 'WCFG-1', credits: 2 }` becomes
 * `{ event: 'workflowRun.failed', runIds: ['WRUN-1'], workflowId: 'WCFG-1', body: { …, credits: 2 } }`.
 *
 * @returns text for anything that isn't a Copy.ai event: why
 */
export function readDelivery(received: unknown): Delivery | string {
	const body = typeof received === 'string' ? parseJson(received) : received;
	if (!isObject(body)) return 'not a Copy.ai event';
	if (isTooDeep(body)) return 'the body is nested too deeply for n8n';
	const { type, ...rest } = body;
	const event = WEBHOOK_EVENTS.find((known) => known === type);
	if (!event) return 'not a Copy.ai event';
	const workflowId = readId(rest.workflowId);
	if (event === 'workflowCreditLimit.reached') return { event, runIds: [], workflowId, body: rest };
	const ids = [rest.workflowRunId, rest.id].flatMap((id) => readId(id) ?? []);
	if (ids.length === 0) return `${event} without a run ID`;
	return { event, runIds: [...new Set(ids)], workflowId, body: rest };
}

/** @returns why this trigger ignores a delivery; undefined if it doesn't */
export function ignoreReason(
	{ event, workflowId }: Delivery,
	settings: Settings,
): string | undefined {
	if (!settings.events.includes(event)) return `the event ${event} is not selected`;
	if (workflowId && settings.workflowId && workflowId !== settings.workflowId) {
		return 'the run belongs to another workflow';
	}
	return undefined;
}

/** As log lines name it: `workflowRun.completed of run WRUN-1`. */
export function nameOf({ event, runIds }: Pick<Delivery, 'event' | 'runIds'>): string {
	return runIds.length > 0 ? `${event} of run ${runIds.join(' or ')}` : event;
}

function readId(value: unknown): string | undefined {
	const id = typeof value === 'string' ? toId(value) : undefined;
	return id && id.length <= MAX_ID_LENGTH ? id : undefined;
}
