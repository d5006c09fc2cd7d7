import type { RequestLimiter } from './requestLimiter';
import { retry } from './retry';
import type { StartRecord } from './startRecords';
import { MAX_PAGE_SIZE } from './pagePlan';
import type { Answer, Clock, RunService, RunSnapshot, StartKey } from './types';

/** How many of a group's newest runs are looked through for a key. */
export const SEARCH_DEPTH = 500;

/** A run whose key shows. */
export type Attempt<TRun> = RunSnapshot<TRun> & { key: StartKey };

/** What a search brought. */
export interface SearchResult<TRun, TError> {
	/** By base key, every attempt that was seen. */
	runs: Map<string, Array<Attempt<TRun>>>;
	/** `ok` when all was looked through, so that a key not in `runs` is not there; else why it was not. */
	end: End<TError>;
	/** Where each key was asked for by itself: the bad ends, by base key. */
	ends?: Map<string, End<TError>>;
}

type End<TError> = Exclude<Answer<void, TError>, { kind: 'notFound' }>;

/**
 * Finds runs by their keys, by asking for each where the service can, else in the newest runs. Searches for the same
 * group that are asked for while one is under way are made together afterwards: a thousand lost answers cost a few
 * searches, not a thousand.
 */
export class RunSearch<TRequest, TRun, TError> {
	private readonly nextBatch = new Map<
		string,
		{ bases: Set<string>; depth: number; result: Promise<SearchResult<TRun, TError>> }
	>();
	private readonly inFlight = new Map<string, Promise<unknown>>();
	/** Keys that only reading a run has shown, by group and id; nothing for runs that have none. */
	private readonly keysRead = new Map<string, StartKey | undefined>();

	/** @param records runs whose keys are known without asking */
	constructor(
		private readonly service: RunService<TRequest, TRun, TError>,
		private readonly limiter: RequestLimiter<TError>,
		private readonly clock: Clock,
		private readonly records: StartRecord[],
	) {}

	/**
	 * @param bases the keys, without attempt; all attempts are found
	 * @param depth how many of the newest runs to look through
	 */
	async search(
		workflowId: string,
		bases: Iterable<string>,
		depth = SEARCH_DEPTH,
	): Promise<SearchResult<TRun, TError>> {
		let next = this.nextBatch.get(workflowId);
		if (!next) {
			const gathered = { bases: new Set<string>(), depth };
			next = Object.assign(gathered, { result: this.afterCurrent(workflowId, gathered) });
			this.nextBatch.set(workflowId, next);
		}
		for (const base of bases) next.bases.add(base);
		next.depth = Math.max(next.depth, depth);
		return await next.result;
	}

	private async afterCurrent(
		workflowId: string,
		gathered: { bases: Set<string>; depth: number },
	): Promise<SearchResult<TRun, TError>> {
		// Only a search that begins after the call whose answer was lost can tell about it.
		await this.inFlight.get(workflowId);
		this.nextBatch.delete(workflowId);
		const result = this.service.findRunByKey
			? this.findByKeys(workflowId, gathered.bases)
			: this.scanPages(workflowId, gathered.bases, gathered.depth);
		this.inFlight.set(workflowId, result);
		return await result;
	}

	private async scanPages(
		workflowId: string,
		bases: Set<string>,
		depth: number,
	): Promise<SearchResult<TRun, TError>> {
		const runs: SearchResult<TRun, TError>['runs'] = new Map();
		for (let page = 1; (page - 1) * MAX_PAGE_SIZE < depth; page++) {
			const answer = await retry(
				() => this.service.listRuns(workflowId, page, MAX_PAGE_SIZE),
				this.limiter,
				this.clock,
			);
			// A group that the service does not know has no runs.
			if (answer.kind === 'notFound') break;
			if (answer.kind !== 'ok') return { runs, end: answer };
			const shown = await Promise.all(
				answer.value.map(async (seen) => await this.withKey(workflowId, seen)),
			);
			const hidden = shown.find((seen) => seen.kind !== 'ok');
			if (hidden) return { runs, end: hidden };
			// New runs push others down: a run can be on two pages, which does no harm.
			const attempts = shown
				.flatMap((seen) => (seen.kind === 'ok' ? [seen.value] : []))
				.filter(
					(seen): seen is Attempt<TRun> => seen.key !== undefined && bases.has(seen.key.base),
				);
			const seen = await Promise.all(
				attempts.map(async (attempt) => await this.withState(workflowId, attempt)),
			);
			seen.forEach((attempt) => addAttempt(runs, attempt));
			const settled = [...bases].every((base) => reusableAttempt(runs.get(base)));
			if (settled || answer.value.length < MAX_PAGE_SIZE) break;
		}
		return { runs, end: { kind: 'ok', value: undefined } };
	}

	private async findByKeys(
		workflowId: string,
		bases: Set<string>,
	): Promise<SearchResult<TRun, TError>> {
		const runs: SearchResult<TRun, TError>['runs'] = new Map();
		const ends = new Map<string, End<TError>>();
		await Promise.all(
			[...bases].map(async (base) => {
				for (let attempt = 1; ; attempt++) {
					const key = { base, attempt };
					const answer = await retry(
						() => this.service.findRunByKey!(workflowId, key),
						this.limiter,
						this.clock,
					);
					if (answer.kind === 'notFound') return;
					if (answer.kind !== 'ok') {
						ends.set(base, answer);
						return;
					}
					addAttempt(runs, { ...answer.value, key });
					// Only a failed one has another after it.
					if (answer.value.state !== 'failed') return;
				}
			}),
		);
		const [end = SEARCHED] = ends.values();
		return { runs, end, ends };
	}

	/** Some lists do not show keys: then each run that is not known here is read for it, once. */
	private async withKey(
		workflowId: string,
		listed: RunSnapshot<TRun>,
	): Promise<Exclude<Answer<RunSnapshot<TRun>, TError>, { kind: 'notFound' }>> {
		const { id } = listed;
		if (!listed.keyOmitted) return { kind: 'ok', value: listed };
		const record = this.records.find(
			(known) => known.workflowId === workflowId && known.runId === id,
		);
		if (record) {
			const { base, attempt } = record;
			return { kind: 'ok', value: { ...listed, key: { base, attempt } } };
		}
		const name = JSON.stringify([workflowId, id]);
		if (!this.keysRead.has(name)) {
			const answer = await retry(
				() => this.service.getRun(workflowId, id),
				this.limiter,
				this.clock,
			);
			// Just made, and not there to be read yet: the next search reads it again.
			if (answer.kind === 'notFound') return { kind: 'ok', value: listed };
			if (answer.kind !== 'ok') return answer;
			this.keysRead.set(name, answer.value.key);
		}
		return { kind: 'ok', value: { ...listed, key: this.keysRead.get(name) } };
	}

	/** Some lists do not show how a run stands; whether it failed decides what is done. */
	private async withState(workflowId: string, listed: Attempt<TRun>): Promise<Attempt<TRun>> {
		const { id, key, state } = listed;
		if (state !== 'unknown') return listed;
		const answer = await retry(() => this.service.getRun(workflowId, id), this.limiter, this.clock);
		return answer.kind === 'ok' ? { ...answer.value, key } : listed;
	}
}

function addAttempt<TRun>(runs: Map<string, Array<Attempt<TRun>>>, seen: Attempt<TRun>): void {
	const { base } = seen.key;
	runs.set(base, [...(runs.get(base) ?? []), seen]);
}

const SEARCHED = { kind: 'ok', value: undefined } as const;

/** How the search for one key ended. */
export function endFor<TRun, TError>(
	{ end, ends }: SearchResult<TRun, TError>,
	base: string,
): End<TError> {
	return ends ? (ends.get(base) ?? SEARCHED) : end;
}

/** Of all attempts seen, the one to take up: the newest that has not failed. */
export function reusableAttempt<TRun>(
	attempts: Array<Attempt<TRun>> = [],
): Attempt<TRun> | undefined {
	return attempts
		.filter((seen) => seen.state !== 'failed')
		.sort((one, other) => other.key.attempt - one.key.attempt)[0];
}

/** Number of the attempt after all that were seen. */
export function nextAttempt<TRun>(attempts: Array<Attempt<TRun>>): number {
	return 1 + Math.max(0, ...attempts.map((seen) => seen.key.attempt));
}
