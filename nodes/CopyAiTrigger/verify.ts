import { type CopyAiRun, type Endpoints, toRun, type WebhookEvent } from '../CopyAi/api';
import { type Answer, RequestLimiter, type Clock } from '../runs';
import { type ErrorDetails, isTooDeep } from '../shared/http';
import { compareWithRun } from './delivery';

/** What Copy.ai says about a delivery. */
export type Verification =
	/** It is so; this is the run. */
	| { kind: 'confirmed'; run: CopyAiRun }
	/** There is no such run in this workflow, or it did not end like this. */
	| { kind: 'contradicted' }
	/** It can't be reached, or does not say so yet. */
	| { kind: 'unknown'; why: string };

/** Pauses between tries, ms: a run can be missing at first, and its end can show later than its event. */
const RETRY_DELAYS_MS = [500, 1000, 2000, 3000];
/** How long the sender of a delivery is kept waiting at the most, ms. */
export const VERIFY_TIMEOUT_MS = 8000;

/** Asks Copy.ai for the run that a delivery tells of, a few times if it is not there or not over yet. */
export async function verifyEvent(
	api: Endpoints,
	clock: Clock,
	event: WebhookEvent,
	workflowId: string,
	runId: string,
): Promise<Verification> {
	const over = new AbortController();
	const done = new AbortController();
	void clock.sleep(VERIFY_TIMEOUT_MS, done.signal).then(() => over.abort());
	const limiter = new RequestLimiter<ErrorDetails>(1, over.signal);
	let verification: Verification = { kind: 'unknown', why: 'Copy.ai gave no answer in time' };

	for (let tries = 0; !over.signal.aborted; tries++) {
		const answer = await limiter.run(async () => await api.getRun(workflowId, runId));
		if (answer.kind === 'aborted') break;
		const attempt = toVerification(answer, event, workflowId, runId);
		verification = attempt.verification;
		const pause = RETRY_DELAYS_MS[tries];
		if (attempt.isFinal || pause === undefined) break;
		const asked = 'retryAfterMs' in answer ? (answer.retryAfterMs ?? 0) : 0;
		await clock.sleep(Math.max(pause, asked), over.signal);
	}
	done.abort();
	return verification;
}

function toVerification(
	answer: Exclude<Answer<Record<string, unknown>, ErrorDetails>, { kind: 'aborted' }>,
	event: WebhookEvent,
	workflowId: string,
	runId: string,
): { verification: Verification; isFinal: boolean } {
	if (answer.kind === 'notFound') return { verification: { kind: 'contradicted' }, isFinal: false };
	if (answer.kind !== 'ok') {
		const { httpCode = 0, message } = answer.error;
		// Reached, and not denied to this key: the ids themselves are no good.
		const isNoRun = answer.kind === 'rejected' && httpCode >= 400 && httpCode < 500;
		return {
			verification: isNoRun ? { kind: 'contradicted' } : { kind: 'unknown', why: message },
			isFinal: answer.kind === 'rejected' || answer.kind === 'unauthorized',
		};
	}
	if (isTooDeep(answer.value)) {
		const why = `run ${runId} is nested too deep for n8n`;
		return { verification: { kind: 'unknown', why }, isFinal: true };
	}
	const run = toRun(answer.value, workflowId);
	switch (compareWithRun(event, run, runId, workflowId)) {
		case 'confirmed':
			return { verification: { kind: 'confirmed', run: { ...run, id: runId } }, isFinal: true };
		case 'contradicted':
			return { verification: { kind: 'contradicted' }, isFinal: true };
		case 'notYet': {
			const why = `run ${runId} is ${run.status || 'without status'} in Copy.ai`;
			return { verification: { kind: 'unknown', why }, isFinal: false };
		}
	}
}
