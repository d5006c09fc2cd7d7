import type { RequestLimiter } from './requestLimiter';
import { retry } from './retry';
import {
	matchRecords,
	recordStart,
	removeRecord,
	type StartJob,
	type StartRecord,
} from './startRecords';
import { backoff, withJitter } from './delays';
import {
	endFor,
	SEARCH_DEPTH,
	nextAttempt,
	RunSearch,
	reusableAttempt,
	type Attempt,
	type SearchResult,
} from './runSearch';
import type { Answer, Clock, RunService, RunSnapshot, StartKey, StartOutcome } from './types';

/** How long one item's start is tried for, ms. */
const START_TIMEOUT_MS = 5 * 60_000;
/** How often a service is tried that cannot be reached at all. */
const MAX_UNREACHABLE_TRIES = 6;
/** How often a start whose answers get lost is made at least: waiting for them can take all the time there is. */
const MIN_INDETERMINATE_TRIES = 6;
/** Pauses before each search for a run whose answer was lost, ms: a new run can be listed late. */
const SEARCH_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** After this long a start that was sent shows in the list or was never made, ms. */
const LIST_LAG_MS = 60_000;

/** What starting works with. */
export interface StarterDeps<TRequest, TRun, TError> {
	service: RunService<TRequest, TRun, TError>;
	limiter: RequestLimiter<TError>;
	clock: Clock;
	/** Makes a key that nobody else has. */
	newKey: () => string;
	/** What earlier tries of this execution left; changed in place. */
	records: StartRecord[];
	/** Whether to begin no more starts once one went wrong. */
	failFast: boolean;
}

/** One run to be started or taken up, for one job or for several that share the user's key. */
interface PlannedStart<TJob> {
	jobs: TJob[];
	workflowId: string;
	base: string;
	record?: StartRecord;
}

/** What came of looking for the run of one key. */
type FindResult<TRun, TError> =
	| { kind: 'found'; seen: RunSnapshot<TRun> }
	| { kind: 'notThere' }
	| { kind: 'unknown'; error: TError }
	| { kind: 'aborted' };

/**
 * Starts one run per job, each exactly once, whatever happens to the answers. What earlier tries started, and what
 * carries a user's key already, is taken up; only what failed or is missing is started.
 *
 * @param onOutcome called once per job, as soon as its outcome is known
 */
export async function startAll<TRequest, TRun, TError, TJob extends StartJob<TRequest>>(
	jobs: TJob[],
	deps: StarterDeps<TRequest, TRun, TError>,
	onOutcome: (job: TJob, outcome: StartOutcome<TRun, TError>) => void,
): Promise<void> {
	const starts = toStarts(jobs, deps);
	const starter = new Starter(deps);
	await starter.findExistingRuns(starts);

	const queue = starts.values();
	let hasFailed = false;
	const work = async () => {
		for (const start of queue) {
			const outcome: StartOutcome<TRun, TError> =
				hasFailed && deps.failFast ? { kind: 'skipped' } : await starter.startOrReuse(start);
			hasFailed ||= outcome.kind === 'rejected' || outcome.kind === 'indeterminate';
			for (const job of start.jobs) {
				const shares = outcome.kind === 'started' && job !== start.jobs[0];
				onOutcome(job, shares ? { ...outcome, reused: true } : outcome);
			}
		}
	};
	// Workers, not one long queue of calls: a look at the runs that go already waits for one call at the most.
	const workers = Math.min(deps.limiter.concurrency, starts.length);
	await Promise.all(Array.from({ length: workers }, work));
}

function toStarts<TRequest, TRun, TError, TJob extends StartJob<TRequest>>(
	jobs: TJob[],
	{ records, newKey }: StarterDeps<TRequest, TRun, TError>,
): Array<PlannedStart<TJob>> {
	const claimed = matchRecords(records, jobs);
	const recorded = new Map(records.map((record) => [startId(record), record]));
	const starts = new Map<string, PlannedStart<TJob>>();
	for (const job of jobs) {
		const { workflowId, startKey } = job;
		const base = startKey ?? claimed.get(job)?.base ?? newKey();
		const name = startId({ workflowId, base });
		const same = starts.get(name);
		if (same) same.jobs.push(job);
		else starts.set(name, { jobs: [job], workflowId, base, record: recorded.get(name) });
	}
	return [...starts.values()];
}

function startId({ workflowId, base }: { workflowId: string; base: string }): string {
	return JSON.stringify([workflowId, base]);
}

class Starter<TRequest, TRun, TError> {
	private readonly search: RunSearch<TRequest, TRun, TError>;
	private readonly existing = new Map<string, SearchResult<TRun, TError>>();
	/** When that was, ms since 1970. */
	private existingAsOf = 0;

	constructor(private readonly deps: StarterDeps<TRequest, TRun, TError>) {
		this.search = new RunSearch(deps.service, deps.limiter, deps.clock, deps.records);
	}

	/** Looks once, for all starts whose key may have been used before. */
	async findExistingRuns(starts: Array<PlannedStart<StartJob<TRequest>>>): Promise<void> {
		this.existingAsOf = this.deps.clock.now();
		const groups = new Map<string, string[]>();
		for (const { workflowId, base, record, jobs } of starts) {
			if (!record && !jobs[0].startKey) continue;
			groups.set(workflowId, [...(groups.get(workflowId) ?? []), base]);
		}
		await Promise.all(
			[...groups].map(async ([workflowId, bases]) => {
				this.existing.set(workflowId, await this.searchWithRetry(workflowId, bases));
			}),
		);
	}

	async startOrReuse(start: PlannedStart<StartJob<TRequest>>): Promise<StartOutcome<TRun, TError>> {
		const { workflowId, base, record } = start;
		// Not even planned: what is planned has to be looked for on the next try.
		if (this.deps.limiter.aborted) return { kind: 'aborted', key: record };
		const existing = this.existing.get(workflowId);
		if (!existing || (!record && !start.jobs[0].startKey)) return await this.startOnce(start, 1);

		const attempts = [...(existing.runs.get(base) ?? [])];
		const unlisted = reusableAttempt(attempts)
			? undefined
			: await this.findUnlistedRun(start, attempts, endFor(existing, base));
		if (unlisted?.kind === 'found') {
			attempts.push({ ...unlisted.seen, key: { base, attempt: record?.attempt ?? 1 } });
		}
		const there = reusableAttempt(attempts);
		if (there) return this.reuse(there.id, there.key.attempt, record, there);
		if (unlisted?.kind === 'aborted') return { kind: 'aborted', key: record };
		if (unlisted?.kind === 'unknown') {
			// Known by its id: following it will tell what became of it.
			if (record?.runId) return this.reuse(record.runId, record.attempt, record);
			const { error } = unlisted;
			return record ? { kind: 'indeterminate', key: record, error } : { kind: 'rejected', error };
		}
		return await this.startOnce(start, Math.max(nextAttempt(attempts), record?.attempt ?? 1));
	}

	/** Looks for the run of a start that was written down, if the newest runs did not show it. */
	private async findUnlistedRun(
		{ workflowId, record }: PlannedStart<StartJob<TRequest>>,
		attempts: Array<Attempt<TRun>>,
		end: SearchResult<TRun, TError>['end'],
	): Promise<FindResult<TRun, TError>> {
		const { service, limiter, clock } = this.deps;
		const id = record?.runId;
		if (id) {
			if (attempts.some((seen) => seen.id === id)) return { kind: 'notThere' };
			const answer = await retry(() => service.getRun(workflowId, id), limiter, clock);
			if (answer.kind === 'ok') return { kind: 'found', seen: answer.value };
			return answer.kind === 'aborted' ? answer : { kind: 'unknown', error: answer.error };
		}
		if (end.kind === 'aborted') return end;
		if (end.kind !== 'ok') return { kind: 'unknown', error: end.error };
		const isSettled =
			!record ||
			service.startIsIdempotent ||
			record.attempt < nextAttempt(attempts) ||
			this.existingAsOf - record.sentAt > LIST_LAG_MS;
		return isSettled ? { kind: 'notThere' } : await this.findStartedRun(workflowId, record);
	}

	private async startOnce(
		start: PlannedStart<StartJob<TRequest>>,
		attempt: number,
	): Promise<StartOutcome<TRun, TError>> {
		const { service, limiter, clock, records } = this.deps;
		const { workflowId, base, jobs } = start;
		const key = { base, attempt };
		const began = clock.now();
		const record = recordStart(records, jobs[0], key, began, start.record);

		let mayExist = false;
		for (let tries = 1; ; tries++) {
			const answer = await limiter.run(async () => {
				record.sentAt = clock.now();
				return await service.startRun(workflowId, key, jobs[0].request);
			});
			if (answer.kind === 'ok') {
				record.runId = answer.value;
				return { kind: 'started', id: answer.value, reused: false };
			}
			if (answer.kind === 'aborted') return { kind: 'aborted', key };

			const asked = 'retryAfterMs' in answer ? answer.retryAfterMs : 0;
			const retryAt = clock.now() + backoff(tries, clock, asked);
			mayExist ||= answer.kind === 'indeterminate' || answer.kind === 'alreadyExists';
			// What is safe to send again is looked for only when that is over.
			const needsSearch = service.startIsIdempotent
				? mayExist && isFinal(answer, tries)
				: answer.kind === 'indeterminate';
			if (needsSearch) {
				const found = await this.findStartedRun(workflowId, key);
				if (found.kind === 'found') {
					record.runId = found.seen.id;
					return { kind: 'started', id: found.seen.id, reused: false, snapshot: found.seen };
				}
				if (found.kind === 'aborted') return { kind: 'aborted', key };
				if (found.kind === 'unknown') return { kind: 'indeterminate', key, error: answer.error };
			}
			const pause = Math.max(0, retryAt - clock.now());
			const minTries = answer.kind === 'indeterminate' ? MIN_INDETERMINATE_TRIES : 1;
			const isOver = tries >= minTries && clock.now() + pause - began > START_TIMEOUT_MS;
			if (isFinal(answer, tries) || isOver || pause > START_TIMEOUT_MS) {
				if (mayExist) return { kind: 'indeterminate', key, error: answer.error };
				removeRecord(records, record);
				return { kind: 'rejected', error: answer.error };
			}
			await limiter.sleep(pause, clock);
		}
	}

	/** Searches for a run that may have been made, more than once: it can be listed late. */
	private async findStartedRun(
		workflowId: string,
		{ base, attempt }: StartKey,
	): Promise<FindResult<TRun, TError>> {
		const { clock, limiter } = this.deps;
		for (const pause of SEARCH_DELAYS_MS) {
			await limiter.sleep(withJitter(pause, clock), clock);
			const result = await this.searchWithRetry(workflowId, [base]);
			const end = endFor(result, base);
			const seen = result.runs.get(base)?.find(({ key }) => key.attempt === attempt);
			if (seen) return { kind: 'found', seen };
			if (end.kind === 'aborted') return end;
			if (end.kind !== 'ok') return { kind: 'unknown', error: end.error };
		}
		return { kind: 'notThere' };
	}

	/** Looks through the newest runs and those made here, which pushed others down; again while passing faults do. */
	private async searchWithRetry(
		workflowId: string,
		bases: string[],
	): Promise<SearchResult<TRun, TError>> {
		const { clock, limiter, records } = this.deps;
		const began = clock.now();
		for (let tries = 1; ; tries++) {
			const result = await this.search.search(workflowId, bases, SEARCH_DEPTH + records.length);
			const { end } = result;
			const pause = backoff(tries, clock, 'retryAfterMs' in end ? end.retryAfterMs : 0);
			const isOver = end.kind === 'ok' || isFinal(end, tries);
			if (isOver || clock.now() + pause - began > START_TIMEOUT_MS) return result;
			await limiter.sleep(pause, clock);
		}
	}

	private reuse(
		id: string,
		attempt: number,
		record?: StartRecord,
		snapshot?: RunSnapshot<TRun>,
	): StartOutcome<TRun, TError> {
		if (record) Object.assign(record, { runId: id, attempt });
		return { kind: 'started', id, reused: true, snapshot };
	}
}

/** Whether asking again is pointless. A service that asked to wait is there, and is asked for longer. */
function isFinal<TError>(answer: Answer<unknown, TError>, tries: number): boolean {
	if (answer.kind === 'indeterminate') return false;
	if (answer.kind !== 'retryable') return true;
	return answer.retryAfterMs === undefined && tries >= MAX_UNREACHABLE_TRIES;
}
