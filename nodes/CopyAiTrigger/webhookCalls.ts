import {
	type CopyAiWebhook,
	deleteWebhook,
	type Endpoints,
	readWebhook,
	type Retry,
} from '../CopyAi/api';
import { type Answer, RequestLimiter, retry } from '../runs';
import { clock, type ErrorDetails } from '../shared/http';

/** How often a call is attempted: about seven seconds in all. */
const MAX_ATTEMPTS = 5;
const CONCURRENCY = 10;

/** Retries with a limiter of their own for each purpose: what Copy.ai denies for one, it may allow for another. */
export function createRetry(): Retry {
	const limiter = new RequestLimiter<ErrorDetails>(CONCURRENCY);
	return async (call) => await retry(call, limiter, clock, MAX_ATTEMPTS);
}

/** @returns why webhooks couldn't be deleted, by id; one that didn't exist any more is fine */
export async function deleteAll(api: Endpoints, ids: string[]): Promise<Map<string, ErrorDetails>> {
	const undeleted = new Map<string, ErrorDetails>();
	await Promise.all(
		[...new Set(ids)].map(async (id) => {
			const answer = await deleteWebhook(api, createRetry(), id);
			if (answer.kind !== 'ok' && answer.kind !== 'notFound') undeleted.set(id, errorOf(answer));
		}),
	);
	return undeleted;
}

/**
 * Reads webhooks one by one, those that a list didn't contain or couldn't show.
 *
 * @returns the webhooks that exist, the ids of those that don't, and why others couldn't be read, by id
 */
export async function readEach(
	api: Endpoints,
	ids: string[],
): Promise<{ found: CopyAiWebhook[]; missing: string[]; unread: Map<string, ErrorDetails> }> {
	const found: CopyAiWebhook[] = [];
	const missing: string[] = [];
	const unread = new Map<string, ErrorDetails>();
	await Promise.all(
		ids.map(async (id) => {
			const answer = await readWebhook(api, createRetry(), id);
			if (answer.kind === 'ok') found.push({ ...answer.value, id });
			else if (answer.kind === 'notFound') missing.push(id);
			else unread.set(id, errorOf(answer));
		}),
	);
	return { found, missing, unread };
}

export function errorOf(
	answer: Exclude<Answer<unknown, ErrorDetails>, { kind: 'ok' }>,
): ErrorDetails {
	return 'error' in answer
		? answer.error
		: { message: 'The request was canceled', description: 'Activate the workflow again.' };
}

export function idsOf(webhooks: CopyAiWebhook[]): string[] {
	return webhooks.map(({ id }) => id);
}
