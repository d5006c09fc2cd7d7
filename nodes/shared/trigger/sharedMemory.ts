import { randomBytes } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { isObject, type JsonObject } from '../http';
import { mergeSeen, type RecentEvents } from './eventDedupe';
import { deriveToken, digestToken, hasValidToken } from './secret';
import { MAX_WORKFLOWS, readState, strings } from './state';

/** The `type` of a request with which a trigger asks its own webhook, instead of an event's. */
const QUESTION = 'n8n.seenEvents';
/** Requests that find out what the processes know, at most. */
export const MAX_QUESTIONS = 8;
/** Answers in a row from processes that answered before, after which all have answered. */
const REPEATED_ANSWERS = 2;

/** Distinguishes this process from others of the same n8n. */
const processId = randomBytes(9).toString('base64url');

/** What processes of n8n know about a trigger's events. */
export interface SharedMemory {
	seen: string[];
	workflows: string[];
}

/** Whether a request is the trigger's own question. Its secret must have been checked. */
export function isQuestion(body: unknown): body is JsonObject {
	return isObject(body) && body.type === QUESTION;
}

/**
 * A question that also tells which events have started an execution. Whoever knows the secret in the trigger's URL could
 * send one and make it forget others, so it is signed with what only n8n knows: the salt and the API key.
 *
 * @param started keys of the events
 */
export function tellStarted(started: string[], salt: string, apiKey: string): JsonObject {
	return { type: QUESTION, started, signature: deriveToken([salt, ...started].join(' '), apiKey) };
}

/** @returns the keys that a question tells; none if it isn't signed */
export function readStarted(question: JsonObject, salt: string, apiKey: string): string[] {
	const started = strings(question.started);
	const { signature } = tellStarted(started, salt, apiKey);
	const isSigned = hasValidToken({ token: question.signature }, digestToken(String(signature)));
	return isSigned ? started : [];
}

/** Answers the question, and stores what only this process knows: n8n saves static data after the answer. */
export function answerQuestion(data: IDataObject, recent: RecentEvents): IDataObject {
	const state = readState(data);
	const seen = mergeSeen(state.seen, recent);
	if (seen.some((key) => !state.seen.includes(key))) data.seen = seen;
	return { process: processId, seen, workflows: mergeWorkflows(state.workflows, recent) };
}

/** The workflows with the latest events, oldest first. */
export function mergeWorkflows(stored: string[], { workflows }: RecentEvents): string[] {
	return [...stored.filter((id) => !workflows.has(id)), ...workflows].slice(-MAX_WORKFLOWS);
}

/**
 * Asks the trigger's own webhook which events are handled. In queue mode, deliveries arrive in other processes, and
 * n8n's static data only reaches `trigger()` when it starts. Behind a load balancer each request can reach another
 * process, so it is asked until only known processes answer.
 *
 * @param send posts a body to the webhook, and resolves to the JSON that it answers
 * @returns undefined if it can't be reached
 */
export async function askProcesses(
	send: (body: JsonObject) => Promise<unknown>,
): Promise<SharedMemory | undefined> {
	const processes = new Set<string>();
	const seen = new Set<string>();
	const workflows = new Set<string>();
	let repeated = 0;
	for (let asked = 0; asked < MAX_QUESTIONS && repeated < REPEATED_ANSWERS; asked++) {
		const answer = await send({ type: QUESTION }).catch(() => undefined);
		if (!isObject(answer) || typeof answer.process !== 'string') break;
		repeated = processes.has(answer.process) ? repeated + 1 : 0;
		processes.add(answer.process);
		for (const key of strings(answer.seen)) seen.add(key);
		for (const id of strings(answer.workflows)) workflows.add(id);
	}
	return processes.size > 0 ? { seen: [...seen], workflows: [...workflows] } : undefined;
}
