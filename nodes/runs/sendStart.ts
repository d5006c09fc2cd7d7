import { findStartedRun } from './resolveIndeterminate';
import { RetryBudget } from './retryBudget';
import type { RunSearch } from './runSearch';
import type { StarterDeps } from './startOrReuse';
import { recordStart, removeRecord, type StartJob, type StartRecord } from './startRecords';
import type { RunSnapshot, StartKey, StartOutcome } from './types';
import { userKeyError } from './userKeys';

/** One start to be sent. */
interface StartToSend<TRequest> {
	job: StartJob<TRequest>;
	workflowId: string;
	key: StartKey;
	/** That of an earlier try, which becomes this one's. */
	record?: StartRecord;
}

/** What sending works with. */
export interface SenderDeps<TRequest, TRun, TError> extends StarterDeps<TRequest, TRun, TError> {
	/** By workflow, the answer to a start that says that others would be refused too. */
	exhausted: Map<string, TError>;
}

/**
 * Sends one start, under one key, until it is known what became of it. It is recorded first, so that it is known even
 * when everything after is cut off.
 *
 *     recorded ─▶ send ─┬ ok ───────────────────────────────────────▶ started
 *                  ▲    ├ exhausted: no start of this workflow will do ▶ rejected, and all that are not sent yet: exhausted
 *                  │    ├ rejected, unauthorized, not found ────────▶ rejected (no run: the record is removed)
 *                  │    ├ retryable: surely not processed ─ wait ─┐
 *                  ├────┼─────────────────────────────────────────┘
 *                  │    └ indeterminate: the answer is lost ─ findStartedRun
 *                  │         ├ found ──────────────────────────────▶ started
 *                  └─ wait ──┤ notFound: never made
 *                            └ unknown: can't tell ────────────────▶ indeterminate (the record stays)
 *
 * A denial (401, 403) was surely not processed: the limiter answers `retryable` until it came again over some seconds.
 *
 * When the time is up, it is `indeterminate` after any lost answer, else `rejected`. After `alreadyExists` the run is
 * looked for as after a lost answer; while it can't be found, the start is not made again.
 */
export async function sendStart<TRequest, TRun, TError>(
	deps: SenderDeps<TRequest, TRun, TError>,
	search: RunSearch<TRequest, TRun, TError>,
	{ job, workflowId, key, record: earlier }: StartToSend<TRequest>,
): Promise<StartOutcome<TRun, TError>> {
	const { service, limiter, clock, records, exhausted } = deps;
	const record = recordStart(records, job, key, clock.now(), earlier);
	const budget = new RetryBudget(deps);
	let mayExist = false;
	const route = { kind: 'start', workflowId, id: `${key.base} ${key.attempt}` } as const;
	for (;;) {
		const refusal = mayExist ? undefined : exhausted.get(workflowId);
		if (refusal !== undefined) {
			removeRecord(records, record);
			return { kind: 'exhausted', error: refusal };
		}
		const answer = await limiter.run(async (waitedMs) => {
			budget.addWait(waitedMs);
			record.sentAt = clock.now();
			return await service.startRun(workflowId, key, job.request);
		}, route);
		if (answer.kind === 'ok') {
			record.runId = answer.value;
			return { kind: 'started', id: answer.value, reused: false };
		}
		if (answer.kind === 'aborted') return { kind: 'aborted', key };
		if (answer.kind === 'exhausted') exhausted.set(workflowId, answer.error);

		budget.recordFailure(answer);
		const isHidden = answer.kind === 'indeterminate' || answer.kind === 'alreadyExists';
		mayExist ||= isHidden;
		if (isHidden) {
			const { request } = job;
			const lost = { workflowId, key, request, sentAt: clock.now(), isRestartable: budget.canWait };
			const found = await findStartedRun(deps, search, lost);
			if (found.kind === 'found') return useFound(deps, found.snapshot, job, key, record);
			if (found.kind === 'aborted') return { kind: 'aborted', key };
			if (found.kind === 'unknown') {
				return { kind: 'indeterminate', key, error: answer.error, doubt: found.doubt };
			}
		}
		if (!budget.canRetry()) {
			if (mayExist) return { kind: 'indeterminate', key, error: answer.error };
			removeRecord(records, record);
			return { kind: 'rejected', error: answer.error };
		}
		await budget.wait();
	}
}

/** The run of a start whose answer was lost; unless another's run has the user's key, as then none was made. */
function useFound<TRequest, TRun, TError>(
	{ service, records }: StarterDeps<TRequest, TRun, TError>,
	snapshot: RunSnapshot<TRun>,
	job: StartJob<TRequest>,
	key: StartKey,
	record: StartRecord,
): StartOutcome<TRun, TError> {
	const error = userKeyError(service, job, key, snapshot);
	if (error !== undefined) {
		removeRecord(records, record);
		return { kind: 'rejected', error };
	}
	record.runId = snapshot.id;
	return { kind: 'started', id: snapshot.id, reused: false, snapshot };
}
