import type { Calls } from './calls';
import { claim, plan, strike, type StartJob, type StartRecord } from './ledger';
import { backoff, withJitter } from './pace';
import { NEWEST, nextAttempt, Search, standing, type Attempt, type SearchResult } from './search';
import type { Answer, Clock, RunService, Seen, StartKey, StartOutcome } from './types';

/** How long one item's start is tried for, ms. */
const PATIENCE_MS = 5 * 60_000;
/** How often a service is tried that cannot be reached at all. */
const TRIES_WITHOUT_ANSWER = 6;
/** Pauses before each search for a run whose answer was lost, ms: a new run can be listed late. */
const SEARCH_AFTER_MS = [1_000, 2_000, 4_000, 8_000];

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
	const shared = new Map<string, Start<J>>();
	const starts: Array<Start<J>> = [];
	for (const job of jobs) {
		const record = claimed.get(job);
		const base = job.startKey ?? record?.base ?? newKey();
		const name = JSON.stringify([job.group, base]);
		const same = shared.get(name);
		if (same) {
			same.jobs.push(job);
			same.record ??= record;
			continue;
		}
		const start = { jobs: [job], group: job.group, base, record };
		starts.push(start);
		shared.set(name, start);
	}
	return starts;
}

class Starter<Q, R, F> {
	private readonly search: Search<Q, R, F>;
	private readonly looked = new Map<string, SearchResult<R, F>>();
	/** Runs made here: each pushes older ones down the list. */
	private made = 0;

	constructor(private readonly tools: StartTools<Q, R, F>) {
		this.search = new Search(tools.service, tools.calls, tools.clock);
	}

	/** Looks once, for all starts whose key may have been used before. */
	async lookBefore(starts: Array<Start<StartJob<Q>>>): Promise<void> {
		const groups = new Map<string, string[]>();
		for (const { group, base, record, jobs } of starts) {
			if (!record && !jobs[0].startKey) continue;
			groups.set(group, [...(groups.get(group) ?? []), base]);
		}
		await Promise.all(
			[...groups].map(async ([group, bases]) => {
				const depth = NEWEST + this.tools.records.length;
				this.looked.set(group, await this.search.search(group, bases, depth));
			}),
		);
	}

	async startOrTake(start: Start<StartJob<Q>>): Promise<StartOutcome<R, F>> {
		const { record, jobs, base } = start;
		if (!record && !jobs[0].startKey) return await this.startOnce(start, 1);

		const attempts = [...(this.looked.get(start.group)?.runs.get(base) ?? [])];
		const unlisted = standing(attempts) ? undefined : await this.seekUnlisted(start, attempts);
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

	/** Looks for what the newest runs did not show: a start that was written down, or all of them if that look failed. */
	private async seekUnlisted(
		{ group, base, record }: Start<StartJob<Q>>,
		attempts: Array<Attempt<R>>,
	): Promise<Sought<R, F>> {
		const id = record?.id;
		if (id) {
			if (attempts.some((seen) => seen.id === id)) return { kind: 'notThere' };
			const answer = await this.tools.calls.run(() => this.tools.service.read(group, id));
			if (answer.kind === 'ok') return { kind: 'found', seen: answer.value };
			return answer.kind === 'stopped' ? answer : { kind: 'unknown', fault: answer.fault };
		}
		const attempt = record?.attempt ?? 1;
		const seenWell = this.looked.get(group)?.end.kind === 'ok' && !record;
		if (seenWell || attempt < nextAttempt(attempts)) return { kind: 'notThere' };
		return await this.seek(group, { base, attempt });
	}

	private async startOnce(start: Start<StartJob<Q>>, attempt: number): Promise<StartOutcome<R, F>> {
		const { service, calls, clock, records } = this.tools;
		const { group, base, jobs } = start;
		const key = { base, attempt };
		const began = clock.now();
		const record = plan(records, jobs[0], key, began, start.record);

		let mayExist = false;
		for (let tries = 1; ; tries++) {
			const answer = await calls.run(() => service.start(group, key, jobs[0].request));
			if (answer.kind === 'ok') {
				record.id = answer.value;
				this.made++;
				return { kind: 'started', id: answer.value, taken: false };
			}
			if (answer.kind === 'stopped') return { kind: 'stopped', key };

			if (answer.kind === 'lost') {
				mayExist = true;
				const sought = await this.seek(group, key);
				if (sought.kind === 'found') {
					record.id = sought.seen.id;
					this.made++;
					return { kind: 'started', id: sought.seen.id, taken: false, seen: sought.seen };
				}
				if (sought.kind === 'stopped') return { kind: 'stopped', key };
				if (sought.kind === 'unknown') return { kind: 'gaveUp', key, fault: answer.fault };
			}
			const pause = answer.kind === 'later' ? backoff(tries, clock, answer.waitMs) : 0;
			if (isFinal(answer, tries) || clock.now() + pause - began > PATIENCE_MS) {
				if (mayExist) return { kind: 'gaveUp', key, fault: answer.fault };
				strike(records, record);
				return { kind: 'refused', fault: answer.fault };
			}
			await clock.sleep(pause, calls.signal);
		}
	}

	/** Searches for a run that may have been made, more than once: it can be listed late, and a search can fail. */
	private async seek(group: string, key: StartKey): Promise<Sought<R, F>> {
		const { clock, calls } = this.tools;
		const began = clock.now();
		for (let looks = 0; ; looks++) {
			const pause = SEARCH_AFTER_MS[looks] ?? backoff(looks, clock);
			await clock.sleep(withJitter(pause, clock), calls.signal);
			const result = await this.search.search(group, [key.base], NEWEST + this.made);
			const seen = result.runs.get(key.base)?.find((run) => run.key.attempt === key.attempt);
			if (seen) return { kind: 'found', seen };
			if (result.end.kind === 'stopped') return result.end;
			const enough = looks + 1 >= SEARCH_AFTER_MS.length;
			if (result.end.kind === 'ok') {
				if (enough) return { kind: 'notThere' };
			} else if (isFinal(result.end, looks) || clock.now() - began > PATIENCE_MS) {
				return { kind: 'unknown', fault: result.end.fault };
			}
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
