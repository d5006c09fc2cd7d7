import { CLOCK_SKEW_MS } from './listProof';
import { ListReader } from './listReader';
import { callWithin } from './retryBudget';
import { SEARCH_DEPTH } from './runSearch';
import type { SenderDeps } from './sendStart';
import type { StartJob } from './startRecords';
import type { RunSnapshot, StartOutcome } from './types';

/** How many runs are read one by one, at most, where the list leaves out what they were started with. */
const MAX_INPUT_READS = 50;

/** What one look at a workflow's newest runs has shown. */
interface Look<TRun> {
	ids: ReadonlySet<string>;
	/** Runs that have not failed, newest first, by the text of what they were started with. */
	byText: Map<string, Array<RunSnapshot<TRun>>>;
	/** Whether there are runs that could not be compared. */
	isPartial: boolean;
}

/** What came of looking for a run with equal values. */
interface Found<TRun> {
	run?: RunSnapshot<TRun>;
	isPartial: boolean;
}

/**
 * For jobs that may use a run with equal values instead of a new one: those of this execution, and those in the
 * workflow's list that are new enough, whoever started them. The list is read once per workflow.
 */
export class EqualRuns<TRequest, TRun, TError> {
	/** By workflow. */
	private readonly looks = new Map<string, Promise<Look<TRun>>>();
	/** What came of the first of several equal jobs, by workflow and values. */
	private readonly first = new Map<string, Promise<StartOutcome<TRun, TError>>>();

	/** By workflow, how old a run may be for any of the jobs, ms. */
	private readonly withinMs = new Map<string, number>();

	constructor(private readonly deps: SenderDeps<TRequest, TRun, TError>) {}

	/** Takes note of all jobs before the first of them, so that one look is enough for all. */
	expect(jobs: Array<StartJob<TRequest>>): void {
		for (const { workflowId, reuseWithinMs = 0 } of jobs) {
			const withinMs = Math.max(reuseWithinMs, this.withinMs.get(workflowId) ?? 0);
			this.withinMs.set(workflowId, withinMs);
		}
	}

	/** @param start makes a new run, if none can be used */
	async useOr(
		job: StartJob<TRequest>,
		start: () => Promise<StartOutcome<TRun, TError>>,
	): Promise<StartOutcome<TRun, TError>> {
		const { reuseWithinMs, workflowId, requestFingerprint } = job;
		if (reuseWithinMs === undefined || requestFingerprint === undefined) return await start();
		const id = JSON.stringify([workflowId, requestFingerprint]);
		const first = this.first.get(id);
		if (!first) {
			const outcome = this.findOr(job, reuseWithinMs, start);
			this.first.set(id, outcome);
			return await outcome;
		}
		const outcome = await first;
		return outcome.kind === 'started' ? { ...outcome, reused: true, isEqual: true } : outcome;
	}

	private async findOr(
		job: StartJob<TRequest>,
		withinMs: number,
		start: () => Promise<StartOutcome<TRun, TError>>,
	): Promise<StartOutcome<TRun, TError>> {
		const { run, isPartial } = await this.find(job, withinMs);
		if (run) return { kind: 'started', id: run.id, reused: true, isEqual: true, snapshot: run };
		const outcome = await start();
		return outcome.kind === 'started' && isPartial ? { ...outcome, isUncompared: true } : outcome;
	}

	private async find(job: StartJob<TRequest>, withinMs: number): Promise<Found<TRun>> {
		const { clock, service } = this.deps;
		const { workflowId } = job;
		const look = await this.look(workflowId);
		const since = clock.now() - withinMs;
		const text = service.userKeys!.textOf(job.request);
		const equal = look.byText.get(text)?.filter(({ createdAt = 0 }) => createdAt >= since) ?? [];
		for (const listed of [...equal, ...this.unlisted(job, since, look)]) {
			const run = await this.withState(workflowId, listed);
			if (run && run.state !== 'failed') return { run, isPartial: false };
		}
		return { isPartial: look.isPartial };
	}

	/** Runs of this execution that the list does not show yet. */
	private unlisted(
		{ workflowId, requestFingerprint }: StartJob<TRequest>,
		since: number,
		{ ids }: Look<TRun>,
	): Array<{ id: string; state: 'unknown' }> {
		const { records, otherRecords = [] } = this.deps;
		return [...records, ...otherRecords].flatMap((record) => {
			const { runId, sentAt } = record;
			const isEqual =
				record.workflowId === workflowId && record.requestFingerprint === requestFingerprint;
			if (!isEqual || runId === undefined || ids.has(runId) || sentAt < since) return [];
			return [{ id: runId, state: 'unknown' }];
		});
	}

	/** @returns nothing for a run whose state can't be read */
	private async withState(
		workflowId: string,
		run: RunSnapshot<TRun> | { id: string; state: 'unknown' },
	): Promise<RunSnapshot<TRun> | undefined> {
		if (run.state !== 'unknown' && 'run' in run) return run;
		return await this.read(workflowId, run.id);
	}

	private async read(workflowId: string, id: string): Promise<RunSnapshot<TRun> | undefined> {
		const { service, clock } = this.deps;
		const answer = await callWithin(this.deps, clock.monotonicNow(), () =>
			service.getRun(workflowId, id),
		);
		return answer.kind === 'ok' ? answer.value : undefined;
	}

	private async look(workflowId: string): Promise<Look<TRun>> {
		const look = this.looks.get(workflowId) ?? this.newLook(workflowId);
		this.looks.set(workflowId, look);
		return await look;
	}

	private async newLook(workflowId: string): Promise<Look<TRun>> {
		const list = new ListReader(this.deps, workflowId);
		const since = list.asOf - (this.withinMs.get(workflowId) ?? 0) - CLOCK_SKEW_MS;
		let isAnswered = true;
		while (isAnswered && !list.isOver && !isFarEnough(list, since)) {
			isAnswered = (await list.next()).kind === 'ok';
		}
		const { ids, runs } = list;
		const usable = runs
			.filter(({ state, createdAt = list.asOf }) => state !== 'failed' && createdAt >= since)
			.sort(newestFirst);
		const byText: Look<TRun>['byText'] = new Map();
		const compared = await this.withInputs(workflowId, usable);
		for (const run of compared) {
			const text = this.deps.service.userKeys!.textOfRun!(run.run);
			byText.set(text, [...(byText.get(text) ?? []), run]);
		}
		const isCut = !list.isWhole && list.order !== 'newestFirst';
		return { ids, byText, isPartial: isCut || compared.length < usable.length };
	}

	/** The runs that show what they were started with; some are read for that. */
	private async withInputs(
		workflowId: string,
		runs: Array<RunSnapshot<TRun>>,
	): Promise<Array<RunSnapshot<TRun>>> {
		let left = MAX_INPUT_READS;
		const read = runs.map(async (run) => {
			if (!run.inputOmitted) return run;
			return left-- > 0 ? await this.read(workflowId, run.id) : undefined;
		});
		return (await Promise.all(read)).filter(
			(run): run is RunSnapshot<TRun> =>
				run !== undefined &&
				!run.inputOmitted &&
				run.state !== 'failed' &&
				run.createdAt !== undefined,
		);
	}
}

/** Whether all runs that are new enough were listed, or as many as are read. Only a sorted list ends before its end. */
function isFarEnough<TRequest, TRun, TError>(
	{ runs, order, oldestAt = Infinity }: ListReader<TRequest, TRun, TError>,
	since: number,
): boolean {
	if (order !== 'newestFirst' && order !== 'unknown') return false;
	return runs.length >= SEARCH_DEPTH || (order === 'newestFirst' && oldestAt < since);
}

function newestFirst(
	{ createdAt: one = 0 }: { createdAt?: number },
	{ createdAt: other = 0 }: { createdAt?: number },
): number {
	return other - one;
}
