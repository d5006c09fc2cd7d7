import { NodeOperationError } from 'n8n-workflow';
import type { CopyAiWebhook } from '../CopyAi/api';
import { type ErrorDetails, redact, shownMessage } from '../shared/http';
import { withoutQuery } from '../shared/trigger';
import type { RegistrationContext } from './desiredWebhooks';
import type { Log } from './log';

/** Logs the webhooks that couldn't be deleted. */
export function logUndeleted(log: Log, undeleted: Map<string, ErrorDetails>): void {
	for (const [id, { message }] of undeleted) {
		log(
			'error',
			`couldn't delete webhook ${id}: ${message}. Copy.ai will keep sending events to it. Delete it with the Copy.ai node, Webhook > Delete.`,
		);
	}
}

/** Logs the webhooks in static data that point to another address, and therefore aren't touched. */
export function logElsewhere(log: Log, elsewhere: CopyAiWebhook[], url: string): void {
	for (const webhook of elsewhere) {
		log(
			'warn',
			`left webhook ${webhook.id} (${webhook.eventType}) in place: it sends events to ${withoutQuery(webhook.url)}, not to this trigger at ${url}. If no other n8n instance uses it, delete it with the Copy.ai node, Webhook > Delete.`,
		);
	}
}

/** Logs the webhooks that were registered with another API key, which this one can't see. */
export function logLeftBehind(log: Log, ids: string[]): void {
	if (ids.length === 0) return;
	log(
		'warn',
		`couldn't find webhooks that were registered with another API key: ${ids.join(', ')}. If that key belongs to another workspace, Copy.ai will keep sending events from there, which are rejected. Delete them with the Copy.ai node, Webhook > Delete, and a credential with that key.`,
	);
}

/**
 * @param undeleted webhooks that were created before the failed call, by id
 * @param secrets to mask
 */
export function toNodeError(
	context: RegistrationContext,
	{ message, description }: ErrorDetails,
	secrets: string[],
	undeleted = new Map<string, ErrorDetails>(),
): NodeOperationError {
	const ids = [...undeleted.keys()].join(', ');
	const left = ids ? `. These webhooks were created and couldn't be removed: ${ids}` : '';
	const advice = ids
		? `${description} Delete them with the Copy.ai node, Webhook > Delete.`
		: description;
	const clean = shownMessage(redact(message, secrets), redact(left, secrets));
	const error = new NodeOperationError(context.getNode(), clean, {
		description: redact(advice, secrets),
	});
	// n8n replaces a message that contains a network code, and the ids would be lost.
	error.message = clean;
	return error;
}
