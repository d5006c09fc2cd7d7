import { nextAttempt, reusableAttempt, type Attempt } from './attempts';
import { keyDoubt } from './listProof';
import type { ExecutionCosts } from './executionCosts';
import { mayBeUsed, type PlannedStart, toTarget } from './plannedStarts';
import { findStartedRun, type FindResult } from './resolveIndeterminate';
import { readKnownRun } from './retryBudget';
import {
	endFor,
	RunSearch,
	type SearchDeps,
	type SearchResult,
	type SearchTarget,
} from './runSearch';
import { sendStart, type SenderDeps } from './sendStart';
import { StartGate } from './startGate';
import type { StartJob, StartRecord } from './startRecords';
import type { ListDoubt, RunSnapshot, StartKey, StartOutcome } from './types';
import { askForDifferentRuns, userKeyError } from './userKeys';

/** What starting works with. */
export interface StarterDeps<TRequest, TRun, TError> extends SearchDeps<TRequest, TRun, TError> {
	/** Makes a key that nobody else has. */
	newKey: () => string;
	/** What earlier tries of this node's turn left; changed in place. */
	records: StartRecord[];
	/** Whether to begin no more starts once one was rejected or is indeterminate. */
	failFast: boolean;
	/** Whether something else has failed, so that with `failFast` no more starts begin either. */
	hasFailed?: () => boolean;
	/** What the runs of the execution have cost; needed for jobs with a budget. */
	costs?: ExecutionCosts;
}

/**
 * Decides for each key whether a run is there to be reused or one has to be started. What may still keep a start from
 * being sent is in `startGate.ts`.
 *
 *     key made just now ─────────────────────────────────────────────▶ sendStart, attempt 1
 *     key recorded, or the user's own ─ look for its runs
 *       ├ one that has not failed ───────────────────────────────────▶ reused
 *       │   but was started with other values ───────────────────────▶ rejected
 *       ├ only failed ones ──────────────────────────────────────────▶ sendStart, next attempt
 *       ├ none, surely ──────────────────────────────────────────────▶ sendStart, same attempt
 *       └ can't tell: the run's id is known ─────────────────────────▶ reused; following it shows its state
 *                     the search was not answered, nothing recorded ─▶ rejected
 *                     else ──────────────────────────────────────────▶ indeterminate
 */
export class StartOrReuse<TRequest, TRun, TError> {
	private readonly search: RunSearch<TRequest, TRun, TError>;
	private readonly existing = new Map<string, SearchResult<TRun, TError>>();

	private readonly deps: SenderDeps<TRequest, TRun, TError>;
	private readonly gate: StartGate<TRequest, TRun, TError>;

	constructor(deps: StarterDeps<TRequest, TRun, TError>) {
		this.deps = { ...deps, exhausted: new Map() };
		this.search = new RunSearch(this.deps);
		this.gate = new StartGate(this.deps);
	}

	/** Searches once, for all starts whose key may have been used before. */
	async findExistingRuns(starts: Array<PlannedStart<StartJob<TRequest>>>): Promise<void> {
		this.gate.expect(starts);
		const targets = new Map<string, Array<SearchTarget<TRequest>>>();
		for (const start of starts.filter(mayBeUsed)) {
			const { workflowId } = start;
			targets.set(workflowId, [...(targets.get(workflowId) ?? []), toTarget(start)]);
		}
		await Promise.all(
			[...targets].map(async ([workflowId, ofWorkflow]) => {
				this.existing.set(workflowId, await this.search.search(workflowId, ofWorkflow));
			}),
		);
	}

	/**
	 * What Temporal calls the policies "use existing" and "allow duplicate, failed only": a run of this key that has not
	 * failed is used, and another is started only after one that failed.
	 */
	async startOrReuse(start: PlannedStart<StartJob<TRequest>>): Promise<StartOutcome<TRun, TError>> {
		const { workflowId, base, record, jobs } = start;
		// Not even recorded: what is recorded has to be searched for on the next try.
		if (this.deps.limiter.aborted) return { kind: 'aborted', key: record };
		if (askForDifferentRuns(jobs)) return this.rejectItems(start);
		const existing = this.existing.get(workflowId);
		if (!existing || !mayBeUsed(start)) return await this.start(start, 1);

		const attempts = [...(existing.runs.get(base) ?? [])];
		const unlisted = reusableAttempt(attempts)
			? undefined
			: await this.findUnlistedRun(start, attempts, existing);
		if (unlisted?.kind === 'found') {
			attempts.push({ ...unlisted.snapshot, key: { base, attempt: record?.attempt ?? 1 } });
		}
		const found = reusableAttempt(attempts);
		if (found) return this.reuse(start, found.key, found);
		if (unlisted?.kind === 'aborted') return { kind: 'aborted', key: record };
		const attempt = Math.max(nextAttempt(attempts), record?.attempt ?? 1);
		if (unlisted?.kind === 'unknown') return this.cantTell(start, { base, attempt }, unlisted);
		return await this.start(start, attempt);
	}

	/** Looks for the run of a key that the search did not find. */
	private async findUnlistedRun(
		start: PlannedStart<StartJob<TRequest>>,
		attempts: Array<Attempt<TRun>>,
		existing: SearchResult<TRun, TError>,
	): Promise<FindResult<TRun, TError>> {
		const { workflowId, base, record, jobs } = start;
		if (record?.runId) return await this.readRecordedRun(workflowId, record.runId, attempts);
		const end = endFor(existing, base);
		if (end.kind === 'aborted') return end;
		if (end.kind !== 'ok') return { kind: 'unknown', error: end.error };

		const keyUnknown = jobs[0].startKey !== undefined && existing.view && keyDoubt(existing.view);
		if (keyUnknown) return { kind: 'unknown', doubt: keyUnknown };
		// Nothing was started, or what was is among the attempts that failed.
		if (!record || record.attempt < nextAttempt(attempts)) return { kind: 'notFound' };
		if (!this.search.doubt(workflowId, existing, record.sentAt)) return { kind: 'notFound' };
		const { attempt, sentAt } = record;
		const { request } = jobs[0];
		const lost = { workflowId, key: { base, attempt }, request, sentAt, isRestartable: true };
		return await findStartedRun(this.deps, this.search, lost);
	}

	private async readRecordedRun(
		workflowId: string,
		id: string,
		attempts: Array<Attempt<TRun>>,
	): Promise<FindResult<TRun, TError>> {
		if (attempts.some((attempt) => attempt.id === id)) return { kind: 'notFound' };
		const answer = await readKnownRun(this.deps, () => this.deps.service.getRun(workflowId, id));
		if (answer.kind === 'ok') return { kind: 'found', snapshot: answer.value };
		return answer.kind === 'aborted' ? answer : { kind: 'unknown', error: answer.error };
	}

	private cantTell(
		start: PlannedStart<StartJob<TRequest>>,
		key: StartKey,
		{ error, doubt }: { error?: TError; doubt?: ListDoubt },
	): StartOutcome<TRun, TError> {
		const { record } = start;
		if (record?.runId) return this.reuse(start, record, { id: record.runId });
		if (!record && error !== undefined) return { kind: 'rejected', error };
		return { kind: 'indeterminate', key: record ?? key, error, doubt };
	}

	private reuse(
		{ jobs, record }: PlannedStart<StartJob<TRequest>>,
		{ base, attempt }: StartKey,
		run: RunSnapshot<TRun> | { id: string },
	): StartOutcome<TRun, TError> {
		const { id } = run;
		const error = userKeyError(this.deps.service, jobs[0], { base, attempt }, run, record);
		if (error !== undefined) return { kind: 'rejected', error };
		if (record) {
			Object.assign(record, { runId: id, attempt });
			// This execution has sent its start.
			this.deps.costs?.addRun(record, id);
		}
		return { kind: 'started', id, reused: true, snapshot: 'run' in run ? run : undefined };
	}

	private rejectItems({
		base,
		jobs,
	}: PlannedStart<StartJob<TRequest>>): StartOutcome<TRun, TError> {
		const items = jobs.map(({ item }) => item);
		const error = this.deps.service.userKeys!.itemsError({ base, attempt: 1 }, items);
		return { kind: 'rejected', error };
	}

	private async start(
		start: PlannedStart<StartJob<TRequest>>,
		attempt: number,
	): Promise<StartOutcome<TRun, TError>> {
		const { workflowId, base, jobs, record } = start;
		const toSend = { job: jobs[0], workflowId, key: { base, attempt }, record };
		return await this.gate.pass(start, async () => await sendStart(this.deps, this.search, toSend));
	}
}
