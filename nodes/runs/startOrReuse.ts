import { nextAttempt, reusableAttempt, type Attempt } from './attempts';
import { mayBeUsed, type PlannedStart } from './plannedStarts';
import { findStartedRun, type FindResult } from './resolveIndeterminate';
import { type CallDeps, callWithin } from './retryBudget';
import { endFor, RunSearch, type SearchEnd, type SearchResult } from './runSearch';
import { sendStart } from './sendStart';
import type { StartJob, StartRecord } from './startRecords';
import type { RunService, RunSnapshot, StartOutcome } from './types';

/** After this long a start that was sent shows in the list or was never made, ms. */
const LIST_LAG_MS = 60_000;

/** What starting works with. */
export interface StarterDeps<TRequest, TRun, TError> extends CallDeps<TError> {
	service: RunService<TRequest, TRun, TError>;
	/** Makes a key that nobody else has. */
	newKey: () => string;
	/** What earlier tries of this execution left; changed in place. */
	records: StartRecord[];
	/** Whether to begin no more starts once one was rejected or is indeterminate. */
	failFast: boolean;
}

/**
 * Decides for each key whether a run is there to be reused or one has to be started.
 *
 *     key made just now ─────────────────────────────────────────────▶ sendStart, attempt 1
 *     key recorded, or the user's own ─ look for its runs
 *       ├ one that has not failed ───────────────────────────────────▶ reused
 *       ├ only failed ones ──────────────────────────────────────────▶ sendStart, next attempt
 *       ├ none, surely ──────────────────────────────────────────────▶ sendStart, same attempt
 *       └ can't tell: the run's id is known ─────────────────────────▶ reused; following it shows its state
 *                     a start was recorded without an answer ────────▶ indeterminate
 *                     else ──────────────────────────────────────────▶ rejected
 */
export class StartOrReuse<TRequest, TRun, TError> {
	private readonly search: RunSearch<TRequest, TRun, TError>;
	private readonly existing = new Map<string, SearchResult<TRun, TError>>();
	/** When that was, ms since 1970. */
	private existingAsOf = 0;

	constructor(private readonly deps: StarterDeps<TRequest, TRun, TError>) {
		this.search = new RunSearch(deps);
	}

	/** Searches once, for all starts whose key may have been used before. */
	async findExistingRuns(starts: Array<PlannedStart<StartJob<TRequest>>>): Promise<void> {
		this.existingAsOf = this.deps.clock.now();
		const bases = new Map<string, string[]>();
		for (const { workflowId, base } of starts.filter(mayBeUsed)) {
			bases.set(workflowId, [...(bases.get(workflowId) ?? []), base]);
		}
		await Promise.all(
			[...bases].map(async ([workflowId, ofWorkflow]) => {
				this.existing.set(workflowId, await this.search.search(workflowId, ofWorkflow));
			}),
		);
	}

	/**
	 * What Temporal calls the policies "use existing" and "allow duplicate, failed only": a run of this key that has not
	 * failed is used, and another is started only after one that failed.
	 */
	async startOrReuse(start: PlannedStart<StartJob<TRequest>>): Promise<StartOutcome<TRun, TError>> {
		const { workflowId, base, record } = start;
		// Not even recorded: what is recorded has to be searched for on the next try.
		if (this.deps.limiter.aborted) return { kind: 'aborted', key: record };
		const existing = this.existing.get(workflowId);
		if (!existing || !mayBeUsed(start)) return await this.start(start, 1);

		const attempts = [...(existing.runs.get(base) ?? [])];
		const unlisted = reusableAttempt(attempts)
			? undefined
			: await this.findUnlistedRun(start, attempts, endFor(existing, base));
		if (unlisted?.kind === 'found') {
			attempts.push({ ...unlisted.snapshot, key: { base, attempt: record?.attempt ?? 1 } });
		}
		const found = reusableAttempt(attempts);
		if (found) return reuse(found.id, found.key.attempt, record, found);
		if (unlisted?.kind === 'aborted') return { kind: 'aborted', key: record };
		if (unlisted?.kind === 'unknown') {
			if (record?.runId) return reuse(record.runId, record.attempt, record);
			const { error } = unlisted;
			return record ? { kind: 'indeterminate', key: record, error } : { kind: 'rejected', error };
		}
		return await this.start(start, Math.max(nextAttempt(attempts), record?.attempt ?? 1));
	}

	/** Looks for the run of a recorded start that the newest runs did not show. */
	private async findUnlistedRun(
		{ workflowId, record }: PlannedStart<StartJob<TRequest>>,
		attempts: Array<Attempt<TRun>>,
		end: SearchEnd<TError>,
	): Promise<FindResult<TRun, TError>> {
		if (record?.runId) return await this.readRecordedRun(workflowId, record.runId, attempts);
		if (end.kind === 'aborted') return end;
		if (end.kind !== 'ok') return { kind: 'unknown', error: end.error };
		if (!record || this.isSettled(record, attempts)) return { kind: 'notFound' };
		return await findStartedRun(this.deps, this.search, workflowId, record);
	}

	private async readRecordedRun(
		workflowId: string,
		id: string,
		attempts: Array<Attempt<TRun>>,
	): Promise<FindResult<TRun, TError>> {
		if (attempts.some((attempt) => attempt.id === id)) return { kind: 'notFound' };
		const { service, clock } = this.deps;
		const answer = await callWithin(this.deps, clock.monotonicNow(), () =>
			service.getRun(workflowId, id),
		);
		if (answer.kind === 'ok') return { kind: 'found', snapshot: answer.value };
		return answer.kind === 'aborted' ? answer : { kind: 'unknown', error: answer.error };
	}

	/** Whether the search that was made would have shown the run of this record. */
	private isSettled(record: StartRecord, attempts: Array<Attempt<TRun>>): boolean {
		return (
			this.deps.service.startIsIdempotent === true ||
			record.attempt < nextAttempt(attempts) ||
			this.existingAsOf - record.sentAt > LIST_LAG_MS
		);
	}

	private async start(
		{ workflowId, base, jobs, record }: PlannedStart<StartJob<TRequest>>,
		attempt: number,
	): Promise<StartOutcome<TRun, TError>> {
		return await sendStart(this.deps, this.search, {
			job: jobs[0],
			workflowId,
			key: { base, attempt },
			record,
		});
	}
}

function reuse<TRun, TError>(
	id: string,
	attempt: number,
	record?: StartRecord,
	snapshot?: RunSnapshot<TRun>,
): StartOutcome<TRun, TError> {
	if (record) Object.assign(record, { runId: id, attempt });
	return { kind: 'started', id, reused: true, snapshot };
}
