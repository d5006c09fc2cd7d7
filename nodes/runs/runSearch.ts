import type { AttemptsByBase } from './attempts';
import { KeyReader } from './keyReader';
import { findByKeys } from './findByKeys';
import type { CallDeps } from './retryBudget';
import { scanPages } from './scanPages';
import type { StartRecord } from './startRecords';
import type { Answer, RunService } from './types';

/** How many of a workflow's newest runs are searched for a key, beside those that were started here. */
export const SEARCH_DEPTH = 500;

/** What searching works with. */
export interface SearchDeps<TRequest, TRun, TError> extends CallDeps<TError> {
	service: RunService<TRequest, TRun, TError>;
	/** Runs whose keys are known without asking. */
	records: StartRecord[];
}

/** What a search brought. */
export interface SearchResult<TRun, TError> {
	runs: AttemptsByBase<TRun>;
	/** `ok` when everything was searched, so that a key not in `runs` is not there; else why it was not. */
	end: SearchEnd<TError>;
	/** Where each key was asked for by itself: the other ends, by base key. */
	ends?: Map<string, SearchEnd<TError>>;
}

/** How a search ended. */
export type SearchEnd<TError> = Exclude<Answer<void, TError>, { kind: 'notFound' }>;

/** The end of a search in which every call was answered. */
export const SEARCHED = { kind: 'ok', value: undefined } as const;

/**
 * Finds runs by their keys, by asking for each where the service can, else in the newest runs. Searches for the same
 * workflow that are asked for while one is in flight are made together afterwards: a thousand lost answers cost a few
 * searches, not a thousand.
 */
export class RunSearch<TRequest, TRun, TError> {
	/** By workflow: the keys of the search that comes next, and its result. */
	private readonly nextBatch = new Map<
		string,
		{ bases: Set<string>; result: Promise<SearchResult<TRun, TError>> }
	>();
	private readonly inFlight = new Map<string, Promise<unknown>>();
	private readonly keys: KeyReader<TRequest, TRun, TError>;

	constructor(private readonly deps: SearchDeps<TRequest, TRun, TError>) {
		this.keys = new KeyReader(deps);
	}

	/** @param bases the keys, without attempt; all attempts are found */
	async search(workflowId: string, bases: Iterable<string>): Promise<SearchResult<TRun, TError>> {
		const batch = this.nextBatch.get(workflowId) ?? this.newBatch(workflowId);
		for (const base of bases) batch.bases.add(base);
		return await batch.result;
	}

	private newBatch(workflowId: string) {
		const bases = new Set<string>();
		const batch = { bases, result: this.afterCurrent(workflowId, bases) };
		this.nextBatch.set(workflowId, batch);
		return batch;
	}

	private async afterCurrent(
		workflowId: string,
		bases: Set<string>,
	): Promise<SearchResult<TRun, TError>> {
		// Only a search that begins after the call whose answer was lost can show its run.
		await this.inFlight.get(workflowId);
		this.nextBatch.delete(workflowId);
		// Runs that were started here push others down the list.
		const depth = SEARCH_DEPTH + this.deps.records.length;
		const result = this.deps.service.findRunByKey
			? findByKeys(this.deps, workflowId, bases)
			: scanPages(this.deps, this.keys, { workflowId, bases, depth });
		this.inFlight.set(workflowId, result);
		return await result;
	}
}

/** How the search for one key ended. */
export function endFor<TRun, TError>(
	{ end, ends }: SearchResult<TRun, TError>,
	base: string,
): SearchEnd<TError> {
	return ends ? (ends.get(base) ?? SEARCHED) : end;
}
