import { type CopyAiRun, type Endpoints, toRun, type WebhookEvent } from '../CopyAi/api';
import { type Answer, RequestLimiter, type Clock } from '../runs';
import { type ErrorDetails, isTooDeep } from '../shared/http';
import { compareWithRun } from './delivery';

/** The result of checking a delivery with Copy.ai. */
export type Verification =
	/** The run is as the event says. */
	| { kind: 'confirmed'; run: CopyAiRun }
	/** The workflow has no such run, or it ended differently. */
	| { kind: 'contradicted' }
	/** Copy.ai can't be reached, or doesn't show the event yet. */
	| { kind: 'unknown'; why: string };

/** Delays between attempts, ms: a run can be missing at first, and its end can show after its event. */
const RETRY_DELAYS_MS = [500, 1000, 2000, 3000];
/** How long a delivery's sender waits for the response at most, ms. */
export const VERIFY_TIMEOUT_MS = 8000;

/** Reads the run of an event from Copy.ai, up to five times while it is missing or unfinished. */
export async function verifyEvent(
	api: Endpoints,
	clock: Clock,
	event: WebhookEvent,
	workflowId: string,
	runId: string,
): Promise<Verification> {
	const timeout = new AbortController();
	const done = new AbortController();
	void clock.sleep(VERIFY_TIMEOUT_MS, done.signal).then(() => timeout.abort());
	const limiter = new RequestLimiter<ErrorDetails>(1, timeout.signal);
	let verification: Verification = { kind: 'unknown', why: 'Copy.ai did not respond in time' };

	for (let attempt = 0; !timeout.signal.aborted; attempt++) {
		const answer = await limiter.run(async () => await api.getRun(workflowId, runId));
		if (answer.kind === 'aborted') break;
		const result = toVerification(answer, event, workflowId, runId);
		verification = result.verification;
		const delayMs = RETRY_DELAYS_MS[attempt];
		if (result.isFinal || delayMs === undefined) break;
		const retryAfterMs = 'retryAfterMs' in answer ? (answer.retryAfterMs ?? 0) : 0;
		await clock.sleep(Math.max(delayMs, retryAfterMs), timeout.signal);
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
		// Copy.ai was reached and accepted the key, so the ids are invalid.
		const isNoRun = answer.kind === 'rejected' && httpCode >= 400 && httpCode < 500;
		return {
			verification: isNoRun ? { kind: 'contradicted' } : { kind: 'unknown', why: message },
			isFinal: answer.kind === 'rejected' || answer.kind === 'unauthorized',
		};
	}
	if (isTooDeep(answer.value)) {
		const why = `run ${runId} is nested too deeply for n8n`;
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
