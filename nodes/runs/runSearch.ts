import type { AttemptsByBase } from './attempts';
import { findByKeys } from './findByKeys';
import { KeyReader } from './keyReader';
import { doubtAbout, type KnownRun, LIST_LAG_MS, ListingLag, type ListView } from './listProof';
import type { CallDeps } from './retryBudget';
import { scanPages } from './scanPages';
import type { StartRecord } from './startRecords';
import type { Answer, ListDoubt, RunService } from './types';

/** How many of a workflow's newest runs are searched for a user's key or for equal values, beside those that were started here. */
export const SEARCH_DEPTH = 500;

/** What searching works with. */
export interface SearchDeps<TRequest, TRun, TError> extends CallDeps<TError> {
	service: RunService<TRequest, TRun, TError>;
	/** Runs whose keys are known without asking. */
	records: StartRecord[];
	/** The same, of this node's other turns in the execution (a loop); not changed. */
	otherRecords?: StartRecord[];
}

/** A key to be searched for. */
export interface SearchTarget<TRequest> {
	/** The key without attempt; all attempts are found. */
	base: string;
	/** What its start asks for. */
	request: TRequest;
	/** When a start was sent whose run is not known, ms since 1970. */
	sentAt?: number;
	/** The run, where it is known already: then there is nothing to be found but its state. */
	runId?: string;
	/** Whether the key may have been used at any time before: it is the user's own. */
	isAnyTime?: boolean;
}

/** What a search brought. */
export interface SearchResult<TRun, TError> {
	runs: AttemptsByBase<TRun>;
	/** `ok` when every call was answered; whether a key that is not in `runs` is not there, `view` says. */
	end: SearchEnd<TError>;
	/** Where each key was asked for by itself: the other ends, by base key. */
	ends?: Map<string, SearchEnd<TError>>;
	/** What the list showed, where a list was read. */
	view?: ListView;
}

/** How a search ended. */
export type SearchEnd<TError> = Exclude<Answer<void, TError>, { kind: 'notFound' }>;

/** The end of a search in which every call was answered. */
export const SEARCHED = { kind: 'ok', value: undefined } as const;

/**
 * Finds runs by their keys, by asking for each where the service can, else in the workflow's list. Searches for the same
 * workflow that are asked for while one is in flight are made together afterwards: a thousand lost answers cost a few
 * searches, not a thousand.
 */
export class RunSearch<TRequest, TRun, TError> {
	private readonly workflows = new Map<string, WorkflowSearch<TRequest, TRun, TError>>();

	constructor(private readonly deps: SearchDeps<TRequest, TRun, TError>) {}

	async search(
		workflowId: string,
		targets: Array<SearchTarget<TRequest>>,
	): Promise<SearchResult<TRun, TError>> {
		return await this.of(workflowId).search(targets);
	}

	/** @see doubtAbout. A run that was asked for by its key may be as late as one in a list. */
	doubt(
		workflowId: string,
		{ view }: SearchResult<TRun, TError>,
		sentAt: number,
	): ListDoubt | undefined {
		if (view) return this.of(workflowId).doubt(view, sentAt);
		return this.deps.clock.now() - sentAt < LIST_LAG_MS ? 'recent' : undefined;
	}

	private of(workflowId: string): WorkflowSearch<TRequest, TRun, TError> {
		const search = this.workflows.get(workflowId) ?? new WorkflowSearch(this.deps, workflowId);
		this.workflows.set(workflowId, search);
		return search;
	}
}

/** The searches of one workflow, and what they have shown of its list. */
class WorkflowSearch<TRequest, TRun, TError> {
	/** The keys of the search that comes next, and its result. */
	private nextBatch?: {
		targets: Map<string, SearchTarget<TRequest>>;
		result: Promise<SearchResult<TRun, TError>>;
	};
	private inFlight?: Promise<unknown>;
	private readonly lag = new ListingLag();
	private readonly keys: KeyReader<TRequest, TRun, TError>;

	constructor(
		private readonly deps: SearchDeps<TRequest, TRun, TError>,
		private readonly workflowId: string,
	) {
		this.keys = new KeyReader(deps, workflowId);
	}

	async search(targets: Array<SearchTarget<TRequest>>): Promise<SearchResult<TRun, TError>> {
		const batch = this.nextBatch ?? this.newBatch();
		this.nextBatch = batch;
		for (const target of targets) batch.targets.set(target.base, target);
		return await batch.result;
	}

	doubt(view: ListView, sentAt: number): ListDoubt | undefined {
		return doubtAbout(view, sentAt, this.lag);
	}

	private newBatch() {
		const targets = new Map<string, SearchTarget<TRequest>>();
		return { targets, result: this.afterCurrent(targets) };
	}

	private async afterCurrent(
		targets: Map<string, SearchTarget<TRequest>>,
	): Promise<SearchResult<TRun, TError>> {
		// Only a search that begins after the call whose answer was lost can show its run.
		await this.inFlight;
		this.nextBatch = undefined;
		const { deps, workflowId } = this;
		// Runs that were started here push others down the list.
		const depth = SEARCH_DEPTH + deps.records.length;
		const result = deps.service.findRunByKey
			? findByKeys(deps, workflowId, targets)
			: scanPages(deps, this.keys, { workflowId, targets, depth });
		this.inFlight = result;
		const { view } = await result;
		if (view) this.lag.observe(view, this.knownRuns());
		return await result;
	}

	private knownRuns(): KnownRun[] {
		const { records, otherRecords = [] } = this.deps;
		return [...records, ...otherRecords].flatMap(({ workflowId, runId, sentAt }) =>
			runId && workflowId === this.workflowId ? [{ id: runId, sentAt }] : [],
		);
	}
}

/** How the search for one key ended. */
export function endFor<TRun, TError>(
	{ end, ends }: SearchResult<TRun, TError>,
	base: string,
): SearchEnd<TError> {
	return ends ? (ends.get(base) ?? SEARCHED) : end;
}
