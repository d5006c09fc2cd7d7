import { type CopyAiRun, type Endpoints, toRun, type WebhookEvent } from '../CopyAi/api';
import { type Answer, RequestLimiter, type Clock } from '../runs';
import { type ErrorDetails, type JsonObject, withoutDeepNesting } from '../shared/http';
import { STATUS_OF } from './items';

/** The result of checking a delivery with Copy.ai. */
export type Verification =
	/** The run is as the event says. */
	| { kind: 'confirmed'; run: CopyAiRun }
	/** The run belongs to another workflow, or ended differently. */
	| { kind: 'contradicted'; why: string }
	/** Copy.ai responded, but doesn't show the event yet: the run is missing or hasn't ended. */
	| { kind: 'notYet'; why: string }
	/** Copy.ai couldn't be asked: no usable response at all. */
	| { kind: 'unavailable'; why: string };

/** What a delivery says. */
export interface ReportedEvent {
	event: WebhookEvent;
	workflowId: string;
	/** One or two; each is tried. */
	runIds: string[];
}

interface Check {
	verification: Verification;
	/** Whether asking again makes no sense. */
	isFinal: boolean;
	/** The API key was rejected. */
	isDenied?: boolean;
	retryAfterMs?: number;
}

type RunReply = Exclude<Answer<JsonObject, ErrorDetails>, { kind: 'aborted' }>;

/** Delays between attempts, ms: a run can be missing at first, and its end can show after its event. */
const RETRY_DELAYS_MS = [500, 1000, 2000, 3000];
/** How long a delivery's sender waits for the response at most, ms. */
export const VERIFY_TIMEOUT_MS = 8000;

/**
 * Reads the run of an event from Copy.ai, up to five times while it is missing or unfinished. A missing run is never
 * taken as proof that there is none: runs can be unreadable for about 30 s after their start, far longer than a sender
 * should wait.
 *
 * @param delaysMs between attempts; none: one attempt
 */
export async function verifyEvent(
	api: Pick<Endpoints, 'getRun'>,
	clock: Clock,
	reported: ReportedEvent,
	delaysMs = RETRY_DELAYS_MS,
): Promise<Verification> {
	const timeout = new AbortController();
	const done = new AbortController();
	void clock.sleep(VERIFY_TIMEOUT_MS, done.signal).then(() => timeout.abort());
	let verification: Verification = {
		kind: 'unavailable',
		why: 'Copy.ai did not respond in time',
	};
	let denials = 0;

	try {
		for (let attempt = 0; !timeout.signal.aborted; attempt++) {
			const check = await checkAll(api, reported, timeout.signal);
			if (!check) break;
			verification = moreCertain(verification, check.verification);
			// A single denial can be a hiccup; two in a row are an answer.
			denials = check.isDenied ? denials + 1 : 0;
			const delayMs = delaysMs[attempt];
			if (check.isFinal || denials > 1 || delayMs === undefined) break;
			await clock.sleep(Math.max(delayMs, check.retryAfterMs ?? 0), timeout.signal);
		}
	} finally {
		done.abort();
	}
	return verification;
}

/** @returns undefined when the time is up */
async function checkAll(
	api: Pick<Endpoints, 'getRun'>,
	reported: ReportedEvent,
	signal: AbortSignal,
): Promise<Check | undefined> {
	const checks: Check[] = [];
	for (const runId of reported.runIds) {
		const limiter = new RequestLimiter<ErrorDetails>(1, signal);
		const reply = await limiter
			.run(async () => await api.getRun(reported.workflowId, runId))
			.catch((error: Error) => error);
		if ('kind' in reply && reply.kind === 'aborted') return undefined;
		const check = toCheck(reply, reported, runId);
		if (check.verification.kind === 'confirmed') return check;
		checks.push(check);
	}
	return combine(checks);
}

/** Of two ids one can be wrong, so an event is contradicted, or unavailable, only if it is so for both. */
function combine(checks: Check[]): Check {
	const [first] = checks;
	if (checks.every(({ verification }) => verification.kind === first.verification.kind)) {
		return { ...first, isFinal: checks.every(({ isFinal }) => isFinal) };
	}
	const open = checks.find(({ verification }) => verification.kind !== 'contradicted') ?? first;
	return { ...open, verification: { kind: 'notYet', why: whyOf(open.verification) } };
}

/** An attempt without a usable response doesn't change what an earlier one showed. */
function moreCertain(before: Verification, now: Verification): Verification {
	return before.kind === 'notYet' && now.kind === 'unavailable' ? before : now;
}

/** @param reply an Error if the call threw, which no response was read from either */
function toCheck(reply: RunReply | Error, reported: ReportedEvent, runId: string): Check {
	if (reply instanceof Error) return unavailable(reply.message, false);
	if (reply.kind === 'notFound') return notYet(`run ${runId} wasn't found`);
	if (reply.kind === 'ok') {
		try {
			return checkRun(reply.value, reported, runId);
		} catch {
			return notYet(`run ${runId} couldn't be read`);
		}
	}
	const { httpCode = 0, message } = reply.error;
	// Copy.ai was reached and accepted the key, so it knows no such run (yet).
	const isNoRun = reply.kind === 'rejected' && httpCode >= 400 && httpCode < 500;
	if (isNoRun) return notYet(`run ${runId} couldn't be read (status ${httpCode})`);
	return {
		...unavailable(message, reply.kind === 'rejected'),
		isDenied: reply.kind === 'unauthorized',
		...('retryAfterMs' in reply && { retryAfterMs: reply.retryAfterMs }),
	};
}

function checkRun(raw: JsonObject, { event, workflowId }: ReportedEvent, runId: string): Check {
	const run = toRun(withoutDeepNesting(raw), workflowId);
	switch (compareWithRun(event, run, runId, workflowId)) {
		case 'confirmed':
			return {
				verification: { kind: 'confirmed', run: { ...run, id: runId } },
				isFinal: true,
			};
		case 'contradicted':
			return {
				verification: { kind: 'contradicted', why: `run ${runId} is ${describe(run)}` },
				isFinal: true,
			};
		case 'notYet':
			return notYet(`run ${runId} is ${run.status || 'without status'}`);
	}
}

/** Compares an event with the run as Copy.ai returns it. */
export function compareWithRun(
	event: WebhookEvent,
	run: CopyAiRun,
	runId: string,
	workflowId: string,
): 'confirmed' | 'notYet' | 'contradicted' {
	const hasOtherId = run.id !== '' && run.id !== runId && run.workflowRunId !== runId;
	if (run.workflowId !== workflowId || hasOtherId) return 'contradicted';
	if (event === 'workflowRun.started' || run.status === STATUS_OF[event]) return 'confirmed';
	return run.status === 'COMPLETE' || run.status === 'FAILED' ? 'contradicted' : 'notYet';
}

function describe({ id, workflowId, status }: CopyAiRun): string {
	return `${id || 'without ID'} of workflow ${workflowId}, ${status || 'without status'}, in Copy.ai`;
}

function notYet(why: string): Check {
	return { verification: { kind: 'notYet', why }, isFinal: false };
}

function unavailable(why: string, isFinal: boolean): Check {
	return { verification: { kind: 'unavailable', why }, isFinal };
}

function whyOf(verification: Verification): string {
	return 'why' in verification ? verification.why : '';
}
