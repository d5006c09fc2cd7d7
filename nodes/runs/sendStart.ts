import { findStartedRun } from './resolveIndeterminate';
import { RetryBudget } from './retryBudget';
import type { RunSearch } from './runSearch';
import { recordStart, removeRecord, type StartJob, type StartRecord } from './startRecords';
import type { StarterDeps } from './startOrReuse';
import type { StartKey, StartOutcome } from './types';

/** One start to be sent. */
interface StartToSend<TRequest> {
	job: StartJob<TRequest>;
	workflowId: string;
	key: StartKey;
	/** That of an earlier try, which becomes this one's. */
	record?: StartRecord;
}

/**
 * Sends one start, under one key, until it is known what became of it. It is recorded first, so that it is known even
 * when everything after is cut off.
 *
 *     recorded ─▶ send ─┬ ok ───────────────────────────────────────▶ started
 *                  ▲    ├ rejected, unauthorized, not found ────────▶ rejected (no run: the record is removed)
 *                  │    ├ retryable: surely not processed ─ wait ─┐
 *                  ├────┼─────────────────────────────────────────┘
 *                  │    └ indeterminate: the answer is lost ─ findStartedRun
 *                  │         ├ found ──────────────────────────────▶ started
 *                  └─ wait ──┤ not there
 *                            └ can't tell ─────────────────────────▶ indeterminate (the record stays)
 *
 * A denial (401, 403) was surely not processed: the limiter answers `retryable` until it came again over some seconds.
 *
 * When the time is up, it is `indeterminate` after any lost answer, else `rejected`.
 */
export async function sendStart<TRequest, TRun, TError>(
	deps: StarterDeps<TRequest, TRun, TError>,
	search: RunSearch<TRequest, TRun, TError>,
	{ job, workflowId, key, record: earlier }: StartToSend<TRequest>,
): Promise<StartOutcome<TRun, TError>> {
	const { service, limiter, clock, records } = deps;
	const record = recordStart(records, job, key, clock.now(), earlier);
	const budget = new RetryBudget(deps);
	let mayExist = false;
	const route = { kind: 'start', workflowId, id: `${key.base} ${key.attempt}` } as const;
	for (;;) {
		const answer = await limiter.run(async () => {
			record.sentAt = clock.now();
			return await service.startRun(workflowId, key, job.request);
		}, route);
		if (answer.kind === 'ok') {
			record.runId = answer.value;
			return { kind: 'started', id: answer.value, reused: false };
		}
		if (answer.kind === 'aborted') return { kind: 'aborted', key };
		budget.recordFailure(answer);
		mayExist ||= answer.kind === 'indeterminate' || answer.kind === 'alreadyExists';
		// What is safe to send again is searched for only when that is over.
		const needsSearch = service.startIsIdempotent
			? mayExist && !budget.canHelp
			: answer.kind === 'indeterminate';
		if (needsSearch) {
			const found = await findStartedRun(deps, search, workflowId, key);
			if (found.kind === 'found') {
				const { snapshot } = found;
				record.runId = snapshot.id;
				return { kind: 'started', id: snapshot.id, reused: false, snapshot };
			}
			if (found.kind === 'aborted') return { kind: 'aborted', key };
			if (found.kind === 'unknown') return { kind: 'indeterminate', key, error: answer.error };
		}
		if (!budget.canRetry()) {
			if (mayExist) return { kind: 'indeterminate', key, error: answer.error };
			removeRecord(records, record);
			return { kind: 'rejected', error: answer.error };
		}
		await budget.wait();
	}
}
