import type { Calls } from './calls';
import { insist } from './insist';
import { claim, plan, strike, type StartJob, type StartRecord } from './ledger';
import { backoff, withJitter } from './pace';
import {
	endOf,
	NEWEST,
	nextAttempt,
	Search,
	standing,
	type Attempt,
	type SearchResult,
} from './search';
import type { Answer, Clock, RunService, Seen, StartKey, StartOutcome } from './types';

/** How long one item's start is tried for, ms. */
const PATIENCE_MS = 5 * 60_000;
/** How often a service is tried that cannot be reached at all. */
const TRIES_WITHOUT_ANSWER = 6;
/** How often a start whose answers get lost is made at least: waiting for them can take all the time there is. */
const TRIES_WITH_LOST_ANSWER = 6;
/** Pauses before each search for a run whose answer was lost, ms: a new run can be listed late. */
const SEARCH_AFTER_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** After this long a start that was sent shows in the list or was never made, ms. */
const LISTED_AFTER_MS = 60_000;

/** What starting works with. */
export interface StartTools<Q, R, F> {
	service: RunService<Q, R, F>;
	calls: Calls<F>;
	clock: Clock;
	/** Makes a key that nobody else has. */
	newKey: () => string;
	/** What earlier tries of this execution left; changed in place. */
	records: StartRecord[];
	/** Whether to begin no more starts once one went wrong. */
	stopAtTrouble: boolean;
}

/** One run to be started or taken up, for one job or for several that share the user's key. */
interface Start<J> {
	jobs: J[];
	group: string;
	base: string;
	record?: StartRecord;
}

/** What came of looking for the run of one key. */
type Sought<R, F> =
	| { kind: 'found'; seen: Seen<R> }
	| { kind: 'notThere' }
	| { kind: 'unknown'; fault: F }
	| { kind: 'stopped' };

/**
 * Starts one run per job, each exactly once, whatever happens to the answers. What earlier tries started, and what
 * carries a user's key already, is taken up; only what failed or is missing is started.
 *
 * @param each called once per job, as soon as its outcome is known
 */
export async function startAll<Q, R, F, J extends StartJob<Q>>(
	jobs: J[],
	tools: StartTools<Q, R, F>,
	each: (job: J, outcome: StartOutcome<R, F>) => void,
): Promise<void> {
	const starts = toStarts(jobs, tools);
	const starter = new Starter(tools);
	await starter.lookBefore(starts);

	const queue = starts.values();
	let trouble = false;
	const work = async () => {
		for (const start of queue) {
			const outcome: StartOutcome<R, F> =
				trouble && tools.stopAtTrouble ? { kind: 'skipped' } : await starter.startOrTake(start);
			trouble ||= outcome.kind === 'refused' || outcome.kind === 'gaveUp';
			for (const job of start.jobs) {
				const shares = outcome.kind === 'started' && job !== start.jobs[0];
				each(job, shares ? { ...outcome, taken: true } : outcome);
			}
		}
	};
	// Workers, not one long queue of calls: a look at the runs that go already waits for one call at the most.
	const workers = Math.min(tools.calls.concurrency, starts.length);
	await Promise.all(Array.from({ length: workers }, work));
}

function toStarts<Q, R, F, J extends StartJob<Q>>(
	jobs: J[],
	{ records, newKey }: StartTools<Q, R, F>,
): Array<Start<J>> {
	const claimed = claim(records, jobs);
	const recorded = new Map(records.map((record) => [nameOf(record), record]));
	const starts = new Map<string, Start<J>>();
	for (const job of jobs) {
		const { group, startKey } = job;
		const base = startKey ?? claimed.get(job)?.base ?? newKey();
		const name = nameOf({ group, base });
		const same = starts.get(name);
		if (same) same.jobs.push(job);
		else starts.set(name, { jobs: [job], group, base, record: recorded.get(name) });
	}
	return [...starts.values()];
}

function nameOf({ group, base }: { group: string; base: string }): string {
	return JSON.stringify([group, base]);
}

class Starter<Q, R, F> {
	private readonly search: Search<Q, R, F>;
	private readonly looked = new Map<string, SearchResult<R, F>>();
	/** When that was, ms since 1970. */
	private lookedAt = 0;

	constructor(private readonly tools: StartTools<Q, R, F>) {
		this.search = new Search(tools.service, tools.calls, tools.clock, tools.records);
	}

	/** Looks once, for all starts whose key may have been used before. */
	async lookBefore(starts: Array<Start<StartJob<Q>>>): Promise<void> {
		this.lookedAt = this.tools.clock.now();
		const groups = new Map<string, string[]>();
		for (const { group, base, record, jobs } of starts) {
			if (!record && !jobs[0].startKey) continue;
			groups.set(group, [...(groups.get(group) ?? []), base]);
		}
		await Promise.all(
			[...groups].map(async ([group, bases]) => {
				this.looked.set(group, await this.lookThrough(group, bases));
			}),
		);
	}

	async startOrTake(start: Start<StartJob<Q>>): Promise<StartOutcome<R, F>> {
		const { group, base, record } = start;
		// Not even planned: what is planned has to be looked for on the next try.
		if (this.tools.calls.stopped) return { kind: 'stopped', key: record };
		const looked = this.looked.get(group);
		if (!looked || (!record && !start.jobs[0].startKey)) return await this.startOnce(start, 1);

		const attempts = [...(looked.runs.get(base) ?? [])];
		const unlisted = standing(attempts)
			? undefined
			: await this.seekUnlisted(start, attempts, endOf(looked, base));
		if (unlisted?.kind === 'found') {
			attempts.push({ ...unlisted.seen, key: { base, attempt: record?.attempt ?? 1 } });
		}
		const there = standing(attempts);
		if (there) return this.taken(there.id, there.key.attempt, record, there);
		if (unlisted?.kind === 'stopped') return { kind: 'stopped', key: record };
		if (unlisted?.kind === 'unknown') {
			// Known by its id: following it will tell what became of it.
			if (record?.id) return this.taken(record.id, record.attempt, record);
			const { fault } = unlisted;
			return record ? { kind: 'gaveUp', key: record, fault } : { kind: 'refused', fault };
		}
		return await this.startOnce(start, Math.max(nextAttempt(attempts), record?.attempt ?? 1));
	}

	/** Looks for the run of a start that was written down, if the newest runs did not show it. */
	private async seekUnlisted(
		{ group, record }: Start<StartJob<Q>>,
		attempts: Array<Attempt<R>>,
		end: SearchResult<R, F>['end'],
	): Promise<Sought<R, F>> {
		const { service, calls, clock } = this.tools;
		const id = record?.id;
		if (id) {
			if (attempts.some((seen) => seen.id === id)) return { kind: 'notThere' };
			const answer = await insist(() => service.read(group, id), calls, clock);
			if (answer.kind === 'ok') return { kind: 'found', seen: answer.value };
			return answer.kind === 'stopped' ? answer : { kind: 'unknown', fault: answer.fault };
		}
		if (end.kind === 'stopped') return end;
		if (end.kind !== 'ok') return { kind: 'unknown', fault: end.fault };
		const isSettled =
			!record ||
			service.startsOncePerKey ||
			record.attempt < nextAttempt(attempts) ||
			this.lookedAt - record.at > LISTED_AFTER_MS;
		return isSettled ? { kind: 'notThere' } : await this.seek(group, record);
	}

	private async startOnce(start: Start<StartJob<Q>>, attempt: number): Promise<StartOutcome<R, F>> {
		const { service, calls, clock, records } = this.tools;
		const { group, base, jobs } = start;
		const key = { base, attempt };
		const began = clock.now();
		const record = plan(records, jobs[0], key, began, start.record);

		let mayExist = false;
		for (let tries = 1; ; tries++) {
			const answer = await calls.run(async () => {
				record.at = clock.now();
				return await service.start(group, key, jobs[0].request);
			});
			if (answer.kind === 'ok') {
				record.id = answer.value;
				return { kind: 'started', id: answer.value, taken: false };
			}
			if (answer.kind === 'stopped') return { kind: 'stopped', key };

			const asked = 'waitMs' in answer ? answer.waitMs : 0;
			const goOnAt = clock.now() + backoff(tries, clock, asked);
			mayExist ||= answer.kind === 'lost' || answer.kind === 'exists';
			// What is safe to send again is looked for only when that is over.
			const isToBeSought = service.startsOncePerKey
				? mayExist && isFinal(answer, tries)
				: answer.kind === 'lost';
			if (isToBeSought) {
				const sought = await this.seek(group, key);
				if (sought.kind === 'found') {
					record.id = sought.seen.id;
					return { kind: 'started', id: sought.seen.id, taken: false, seen: sought.seen };
				}
				if (sought.kind === 'stopped') return { kind: 'stopped', key };
				if (sought.kind === 'unknown') return { kind: 'gaveUp', key, fault: answer.fault };
			}
			const pause = Math.max(0, goOnAt - clock.now());
			const enough = answer.kind === 'lost' ? TRIES_WITH_LOST_ANSWER : 1;
			const isOver = tries >= enough && clock.now() + pause - began > PATIENCE_MS;
			if (isFinal(answer, tries) || isOver || pause > PATIENCE_MS) {
				if (mayExist) return { kind: 'gaveUp', key, fault: answer.fault };
				strike(records, record);
				return { kind: 'refused', fault: answer.fault };
			}
			await calls.pause(pause, clock);
		}
	}

	/** Searches for a run that may have been made, more than once: it can be listed late. */
	private async seek(group: string, { base, attempt }: StartKey): Promise<Sought<R, F>> {
		const { clock, calls } = this.tools;
		for (const pause of SEARCH_AFTER_MS) {
			await calls.pause(withJitter(pause, clock), clock);
			const result = await this.lookThrough(group, [base]);
			const end = endOf(result, base);
			const seen = result.runs.get(base)?.find(({ key }) => key.attempt === attempt);
			if (seen) return { kind: 'found', seen };
			if (end.kind === 'stopped') return end;
			if (end.kind !== 'ok') return { kind: 'unknown', fault: end.fault };
		}
		return { kind: 'notThere' };
	}

	/** Looks through the newest runs and those made here, which pushed others down; again while passing faults do. */
	private async lookThrough(group: string, bases: string[]): Promise<SearchResult<R, F>> {
		const { clock, calls, records } = this.tools;
		const began = clock.now();
		for (let tries = 1; ; tries++) {
			const result = await this.search.search(group, bases, NEWEST + records.length);
			const { end } = result;
			const pause = backoff(tries, clock, 'waitMs' in end ? end.waitMs : 0);
			const isOver = end.kind === 'ok' || isFinal(end, tries);
			if (isOver || clock.now() + pause - began > PATIENCE_MS) return result;
			await calls.pause(pause, clock);
		}
	}

	private taken(
		id: string,
		attempt: number,
		record?: StartRecord,
		seen?: Seen<R>,
	): StartOutcome<R, F> {
		if (record) Object.assign(record, { id, attempt });
		return { kind: 'started', id, taken: true, seen };
	}
}

/** Whether asking again is pointless. A service that asked to wait is there, and is asked for longer. */
function isFinal<F>(answer: Answer<unknown, F>, tries: number): boolean {
	if (answer.kind === 'lost') return false;
	if (answer.kind !== 'later') return true;
	return answer.waitMs === undefined && tries >= TRIES_WITHOUT_ANSWER;
}
