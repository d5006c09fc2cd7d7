import type { PlannedStart } from './plannedStarts';
import { planStarts } from './plannedStarts';
import type { StartJob } from './startRecords';
import { steadyClock } from './steadyClock';
import { StartOrReuse, type StarterDeps } from './startOrReuse';
import type { StartOutcome } from './types';

/**
 * Starts one run per job, each exactly once, whatever happens to the answers. What earlier tries started, and what
 * carries a user's key already, is reused; only what failed or is missing is started.
 *
 *     jobs ─ planStarts ─▶ one start per key ─ findExistingRuns ─▶ workers ─ startOrReuse ─▶ outcomes
 *
 * Each step is in the file of its name; what a lost answer leads to is in `resolveIndeterminate.ts`.
 *
 * @param onOutcome called once per job, as soon as its outcome is known
 */
export async function startAll<TRequest, TRun, TError, TJob extends StartJob<TRequest>>(
	jobs: TJob[],
	given: StarterDeps<TRequest, TRun, TError>,
	onOutcome: (job: TJob, outcome: StartOutcome<TRun, TError>) => void,
): Promise<void> {
	// How old a start is decides whether it may be made again.
	let hasFailed = false;
	const deps = {
		...given,
		clock: steadyClock(given.clock),
		hasFailed: () => hasFailed || given.hasFailed?.() === true,
	};
	const starts = planStarts(jobs, deps);
	const starter = new StartOrReuse(deps);
	await starter.findExistingRuns(starts);

	const queue = starts.values();
	const work = async () => {
		for (const start of queue) {
			const isSkipped = deps.failFast && deps.hasFailed();
			const outcome: StartOutcome<TRun, TError> = isSkipped
				? { kind: 'skipped' }
				: await starter.startOrReuse(start);
			hasFailed ||= outcome.kind === 'rejected' || outcome.kind === 'indeterminate';
			start.jobs.forEach(({ item }) => deps.debug?.(`item ${item}: ${describe(outcome)}`));
			share(start, outcome, onOutcome);
		}
	};
	// Workers, not one long queue of calls: a poll of the runs that go already waits for one call at the most.
	const workers = Math.min(deps.limiter.concurrency, starts.length);
	await Promise.all(Array.from({ length: workers }, work));
}

/** An outcome in the debug log. */
function describe<TRun, TError>(outcome: StartOutcome<TRun, TError>): string {
	switch (outcome.kind) {
		case 'started':
			return `${outcome.reused ? 'reused' : 'started'} run ${outcome.id}`;
		case 'indeterminate':
			return `indeterminate, doubt about the list: ${outcome.doubt ?? 'none'}`;
		case 'overBudget':
			return `overBudget, ${outcome.reason}`;
		default:
			return outcome.kind;
	}
}

/** Only the first of the jobs that share a key has started the run. */
function share<TRun, TError, TJob>(
	{ jobs }: PlannedStart<TJob>,
	outcome: StartOutcome<TRun, TError>,
	onOutcome: (job: TJob, outcome: StartOutcome<TRun, TError>) => void,
): void {
	for (const job of jobs) {
		const isShared = outcome.kind === 'started' && job !== jobs[0];
		onOutcome(job, isShared ? { ...outcome, reused: true } : outcome);
	}
}
