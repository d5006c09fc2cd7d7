import type { Calls } from './calls';
import { insist } from './insist';
import type { StartRecord } from './ledger';
import { PAGE_SIZE } from './looks';
import type { Answer, Clock, RunService, Seen, StartKey } from './types';

/** How many of a group's newest runs are looked through for a key. */
export const NEWEST = 500;

/** A run whose key shows. */
export type Attempt<R> = Seen<R> & { key: StartKey };

/** What a search brought. */
export interface SearchResult<R, F> {
	/** By base key, every attempt that was seen. */
	runs: Map<string, Array<Attempt<R>>>;
	/** `ok` when all was looked through, so that a key not in `runs` is not there; else why it was not. */
	end: End<F>;
	/** Where each key was asked for by itself: the bad ends, by base key. */
	ends?: Map<string, End<F>>;
}

type End<F> = Exclude<Answer<void, F>, { kind: 'absent' }>;

/**
 * Finds runs by their keys, by asking for each where the service can, else in the newest runs. Searches for the same
 * group that are asked for while one is under way are made together afterwards: a thousand lost answers cost a few
 * searches, not a thousand.
 */
export class Search<Q, R, F> {
	private readonly gathering = new Map<
		string,
		{ bases: Set<string>; depth: number; result: Promise<SearchResult<R, F>> }
	>();
	private readonly underWay = new Map<string, Promise<unknown>>();
	/** Keys that only reading a run has shown, by group and id; nothing for runs that have none. */
	private readonly keysRead = new Map<string, StartKey | undefined>();

	/** @param records runs whose keys are known without asking */
	constructor(
		private readonly service: RunService<Q, R, F>,
		private readonly calls: Calls<F>,
		private readonly clock: Clock,
		private readonly records: StartRecord[],
	) {}

	/**
	 * @param bases the keys, without attempt; all attempts are found
	 * @param depth how many of the newest runs to look through
	 */
	async search(
		group: string,
		bases: Iterable<string>,
		depth = NEWEST,
	): Promise<SearchResult<R, F>> {
		let next = this.gathering.get(group);
		if (!next) {
			const gathered = { bases: new Set<string>(), depth };
			next = Object.assign(gathered, { result: this.afterCurrent(group, gathered) });
			this.gathering.set(group, next);
		}
		for (const base of bases) next.bases.add(base);
		next.depth = Math.max(next.depth, depth);
		return await next.result;
	}

	private async afterCurrent(
		group: string,
		gathered: { bases: Set<string>; depth: number },
	): Promise<SearchResult<R, F>> {
		// Only a search that begins after the call whose answer was lost can tell about it.
		await this.underWay.get(group);
		this.gathering.delete(group);
		const result = this.service.find
			? this.askForEach(group, gathered.bases)
			: this.lookThrough(group, gathered.bases, gathered.depth);
		this.underWay.set(group, result);
		return await result;
	}

	private async lookThrough(
		group: string,
		bases: Set<string>,
		depth: number,
	): Promise<SearchResult<R, F>> {
		const runs: SearchResult<R, F>['runs'] = new Map();
		for (let page = 1; (page - 1) * PAGE_SIZE < depth; page++) {
			const answer = await insist(
				() => this.service.page(group, page, PAGE_SIZE),
				this.calls,
				this.clock,
			);
			// A group that the service does not know has no runs.
			if (answer.kind === 'absent') break;
			if (answer.kind !== 'ok') return { runs, end: answer };
			const shown = await Promise.all(
				answer.value.map(async (seen) => await this.withKey(group, seen)),
			);
			const hidden = shown.find((seen) => seen.kind !== 'ok');
			if (hidden) return { runs, end: hidden };
			// New runs push others down: a run can be on two pages, which does no harm.
			const attempts = shown
				.flatMap((seen) => (seen.kind === 'ok' ? [seen.value] : []))
				.filter((seen): seen is Attempt<R> => seen.key !== undefined && bases.has(seen.key.base));
			const seen = await Promise.all(
				attempts.map(async (attempt) => await this.withState(group, attempt)),
			);
			seen.forEach((attempt) => remember(runs, attempt));
			const settled = [...bases].every((base) => standing(runs.get(base)));
			if (settled || answer.value.length < PAGE_SIZE) break;
		}
		return { runs, end: { kind: 'ok', value: undefined } };
	}

	private async askForEach(group: string, bases: Set<string>): Promise<SearchResult<R, F>> {
		const runs: SearchResult<R, F>['runs'] = new Map();
		const ends = new Map<string, End<F>>();
		await Promise.all(
			[...bases].map(async (base) => {
				for (let attempt = 1; ; attempt++) {
					const key = { base, attempt };
					const answer = await insist(() => this.service.find!(group, key), this.calls, this.clock);
					if (answer.kind === 'absent') return;
					if (answer.kind !== 'ok') {
						ends.set(base, answer);
						return;
					}
					remember(runs, { ...answer.value, key });
					// Only a failed one has another after it.
					if (answer.value.state !== 'failed') return;
				}
			}),
		);
		const [end = FOUND_WELL] = ends.values();
		return { runs, end, ends };
	}

	/** Some lists do not show keys: then each run that is not known here is read for it, once. */
	private async withKey(
		group: string,
		listed: Seen<R>,
	): Promise<Exclude<Answer<Seen<R>, F>, { kind: 'absent' }>> {
		const { id } = listed;
		if (!listed.hidesKey) return { kind: 'ok', value: listed };
		const record = this.records.find((known) => known.group === group && known.id === id);
		if (record) {
			const { base, attempt } = record;
			return { kind: 'ok', value: { ...listed, key: { base, attempt } } };
		}
		const name = JSON.stringify([group, id]);
		if (!this.keysRead.has(name)) {
			const answer = await insist(() => this.service.read(group, id), this.calls, this.clock);
			// Just made, and not there to be read yet: the next search reads it again.
			if (answer.kind === 'absent') return { kind: 'ok', value: listed };
			if (answer.kind !== 'ok') return answer;
			this.keysRead.set(name, answer.value.key);
		}
		return { kind: 'ok', value: { ...listed, key: this.keysRead.get(name) } };
	}

	/** Some lists do not show how a run stands; whether it failed decides what is done. */
	private async withState(group: string, listed: Attempt<R>): Promise<Attempt<R>> {
		const { id, key, state } = listed;
		if (state !== 'unknown') return listed;
		const answer = await insist(() => this.service.read(group, id), this.calls, this.clock);
		return answer.kind === 'ok' ? { ...answer.value, key } : listed;
	}
}

function remember<R>(runs: Map<string, Array<Attempt<R>>>, seen: Attempt<R>): void {
	const { base } = seen.key;
	runs.set(base, [...(runs.get(base) ?? []), seen]);
}

const FOUND_WELL = { kind: 'ok', value: undefined } as const;

/** How the search for one key ended. */
export function endOf<R, F>({ end, ends }: SearchResult<R, F>, base: string): End<F> {
	return ends ? (ends.get(base) ?? FOUND_WELL) : end;
}

/** Of all attempts seen, the one to take up: the newest that has not failed. */
export function standing<R>(attempts: Array<Attempt<R>> = []): Attempt<R> | undefined {
	return attempts
		.filter((seen) => seen.state !== 'failed')
		.sort((one, other) => other.key.attempt - one.key.attempt)[0];
}

/** Number of the attempt after all that were seen. */
export function nextAttempt<R>(attempts: Array<Attempt<R>>): number {
	return 1 + Math.max(0, ...attempts.map((seen) => seen.key.attempt));
}
