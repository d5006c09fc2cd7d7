import type { Calls } from './calls';
import { pagesFor } from './looks';
import { backoff, nextLook, SHORTEST_MS, type BatchPace } from './pace';
import type { Answer, Clock, FollowOutcome, RunService, Seen } from './types';

/** A run just made can be unknown to the service's reading side for this long, ms. */
const UNKNOWN_AT_FIRST_MS = 30_000;

/** A run to be followed to its end. */
export interface Target {
	group: string;
	id: string;
	/** How long it may stay open from now on, ms. */
	limitMs: number;
}

/** What following works with. */
export interface FollowTools<Q, R, F> {
	service: RunService<Q, R, F>;
	calls: Calls<F>;
	clock: Clock;
}

interface OpenRun<R, F> {
	id: string;
	since: number;
	/** When it is given up, ms since 1970. */
	until: number;
	/** When it is to be looked at next, ms since 1970. */
	due: number;
	/** How many runs of its group were added before it. */
	order: number;
	/** How much further down the list than its order says it was seen, because of others' runs. */
	shift?: number;
	/** Bad answers in a row. */
	troubles: number;
	last?: R;
	outcome: Promise<FollowOutcome<R, F>>;
	end: (outcome: FollowOutcome<R, F>) => void;
	fail: (error: unknown) => void;
}

/** Runs that are listed together, and what is known of their list. */
interface Group<R, F> {
	name: string;
	open: Map<string, OpenRun<R, F>>;
	added: number;
	/** The shift seen last; for runs that were not seen yet. */
	shift: number;
	/** False once the list turned out not to tell how runs stand. */
	listTells: boolean;
}

/**
 * One scheduler for all runs of a node, whatever groups they belong to. Runs can be added at any time; each is
 * followed until it ends, its time limit passes, the service will not show it, or the user stops.
 */
export class Follower<Q, R, F> {
	private readonly groups = new Map<string, Group<R, F>>();
	private readonly pace: BatchPace = { requests: 1 };
	private running = false;
	private lastRound?: number;
	private asleep?: { until: number; wake: AbortController };

	constructor(private readonly tools: FollowTools<Q, R, F>) {
		tools.calls.signal?.addEventListener('abort', () => this.asleep?.wake.abort(), { once: true });
	}

	/**
	 * Follows one run to its end; a run that is followed already shares that outcome.
	 *
	 * @param seen how the run stood just now, if that is known
	 */
	async add(target: Target, seen?: Seen<R>): Promise<FollowOutcome<R, F>> {
		const group = this.group(target.group);
		const run = group.open.get(target.id) ?? this.open(group, target);
		if (seen && seen.whole) this.note(run, seen);
		if (this.asleep && run.due < this.asleep.until) this.asleep.wake.abort();
		if (!this.running)
			void this.loop().catch((error) => this.openRuns().forEach((r) => r.fail(error)));
		return await run.outcome;
	}

	private group(name: string): Group<R, F> {
		const group = this.groups.get(name) ?? {
			name,
			open: new Map(),
			added: 0,
			shift: 0,
			listTells: true,
		};
		this.groups.set(name, group);
		return group;
	}

	private open(group: Group<R, F>, { id, limitMs }: Target): OpenRun<R, F> {
		const since = this.tools.clock.now();
		let resolve!: (outcome: FollowOutcome<R, F>) => void;
		let fail!: (error: unknown) => void;
		const outcome = new Promise<FollowOutcome<R, F>>((...settle) => ([resolve, fail] = settle));
		const run: OpenRun<R, F> = {
			id,
			since,
			until: since + limitMs,
			due: since + Math.min(nextLook(0, this.pace, this.tools.clock), limitMs),
			order: group.added++,
			troubles: 0,
			outcome,
			end: (outcome) => {
				group.open.delete(id);
				resolve(outcome);
			},
			fail,
		};
		group.open.set(id, run);
		return run;
	}

	private openRuns(): Array<OpenRun<R, F>> {
		return [...this.groups.values()].flatMap((group) => [...group.open.values()]);
	}

	private async loop(): Promise<void> {
		this.running = true;
		const { clock, calls } = this.tools;
		for (let open = this.openRuns(); open.length > 0; open = this.openRuns()) {
			if (calls.stopped) {
				open.forEach((run) => run.end({ kind: 'stopped', id: run.id }));
				break;
			}
			const earliest = open.reduce((due, run) => Math.min(due, run.due), Infinity);
			const until = Math.max(earliest, (this.lastRound ?? 0) + this.spacing());
			if (until > clock.now()) {
				this.asleep = { until, wake: new AbortController() };
				await clock.sleep(until - clock.now(), this.asleep.wake.signal);
				this.asleep = undefined;
			} else {
				await this.round(open.length);
			}
		}
		this.running = false;
	}

	private spacing(): number {
		return this.pace.requests > 1 ? 2 * SHORTEST_MS : SHORTEST_MS;
	}

	/** Looks at every run that is due, and at those that nearly are: together they cost less. */
	private async round(openBefore: number): Promise<void> {
		const { clock } = this.tools;
		const now = clock.now();
		const requests = await Promise.all(
			[...this.groups.values()].map(async (group) => {
				const due = [...group.open.values()].filter((run) => run.due <= now + this.spacing() / 2);
				return due.length > 0 ? await this.look(group, due) : 0;
			}),
		);
		const left = this.openRuns().length;
		const ended = openBefore - left;
		this.pace.requests = requests.reduce((sum, count) => sum + count, 0);
		this.pace.remainingMs =
			ended > 0 && this.lastRound ? (left * (now - this.lastRound)) / ended : undefined;
		this.lastRound = now;
	}

	/** @returns how many requests it took */
	private async look(group: Group<R, F>, due: Array<OpenRun<R, F>>): Promise<number> {
		const unseen = new Set(due);
		const pages = group.listTells ? pagesFor(due.map((run) => place(group, run))) : undefined;
		let requests = 0;
		if (pages) {
			const { numbers, size } = pages;
			requests = numbers.length;
			const looks = await Promise.all(
				numbers.map(async (page) => await this.lookAtPage(group, unseen, page, size)),
			);
			// Others' runs push these down the list: go on there while it is cheaper than asking for each.
			let { shown, trouble } = looks[looks.length - 1];
			trouble ??= looks.find((look) => look.trouble)?.trouble;
			for (
				let page = Math.max(...numbers) + 1, before = Infinity;
				!trouble &&
				shown === size &&
				unseen.size > 1 &&
				unseen.size < before &&
				requests < due.length;
				page++
			) {
				before = unseen.size;
				requests++;
				({ shown, trouble } = await this.lookAtPage(group, unseen, page, size));
			}
			if (trouble) {
				const bad = trouble;
				unseen.forEach((run) => this.trouble(run, bad));
				return requests;
			}
		}
		requests += unseen.size;
		await Promise.all([...unseen].map(async (run) => await this.lookAtOne(group, run)));
		return requests;
	}

	/** Takes what the page shows well enough out of `unseen`; what it does not show is left to be asked for. */
	private async lookAtPage(
		group: Group<R, F>,
		unseen: Set<OpenRun<R, F>>,
		page: number,
		size: number,
	): Promise<{ shown: number; trouble?: Bad<F> }> {
		const { calls, service } = this.tools;
		const answer = await calls.run(() => service.page(group.name, page, size));
		if (answer.kind === 'refused' || answer.kind === 'absent') {
			group.listTells = false;
			return { shown: 0 };
		}
		if (answer.kind !== 'ok') return { shown: 0, trouble: answer };

		answer.value.forEach((seen, index) => {
			const run = group.open.get(seen.id);
			if (!run) return;
			run.shift = Math.max(0, (page - 1) * size + index - rank(group, run));
			group.shift = run.shift;
			if (seen.state === 'unknown') group.listTells = false;
			const ended = seen.state === 'done' || seen.state === 'failed';
			if (seen.state === 'open' || (ended && seen.whole)) {
				unseen.delete(run);
				this.note(run, seen);
			} else if (ended) {
				unseen.add(run);
			}
		});
		return { shown: answer.value.length };
	}

	private async lookAtOne(group: Group<R, F>, run: OpenRun<R, F>): Promise<void> {
		const { calls, service, clock } = this.tools;
		const answer = await calls.run(() => service.read(group.name, run.id));
		const isNew = clock.now() - run.since < UNKNOWN_AT_FIRST_MS;
		if (answer.kind === 'ok') this.note(run, answer.value);
		else if (answer.kind === 'refused' || (answer.kind === 'absent' && !isNew)) {
			run.end({ kind: 'unreadable', id: run.id, run: run.last, fault: answer.fault });
		} else this.trouble(run, answer);
	}

	private note(run: OpenRun<R, F>, seen: Seen<R>): void {
		const { id } = run;
		const age = this.tools.clock.now() - run.since;
		run.troubles = 0;
		run.last = seen.run;
		if (seen.state === 'done' || seen.state === 'failed') {
			this.pace.shortestMs = Math.min(age, this.pace.shortestMs ?? Infinity);
			run.end({ kind: seen.state, id, run: seen.run });
		} else if (run.since + age >= run.until) {
			run.end({ kind: 'overLimit', id, run: seen.run });
		} else {
			this.lookAgain(run, nextLook(age, this.pace, this.tools.clock));
		}
	}

	private trouble(run: OpenRun<R, F>, answer: Bad<F>): void {
		const { id, last } = run;
		if (answer.kind === 'stopped') {
			run.end({ kind: 'stopped', id });
		} else if (answer.kind === 'denied') {
			run.end({ kind: 'unreadable', id, run: last, fault: answer.fault });
		} else if (this.tools.clock.now() >= run.until) {
			run.end({ kind: 'overLimit', id, run: last, fault: answer.fault });
		} else {
			const asked = 'waitMs' in answer ? answer.waitMs : 0;
			this.lookAgain(run, backoff(++run.troubles, this.tools.clock, asked));
		}
	}

	/** The last look is taken exactly at the time limit. */
	private lookAgain(run: OpenRun<R, F>, afterMs: number): void {
		run.due = Math.min(this.tools.clock.now() + afterMs, run.until);
	}
}

type Bad<F> = Exclude<Answer<never, F>, { kind: 'ok' }>;

/** Where a run would stand in its group's list if no one else started any. */
function rank<R, F>(group: Group<R, F>, run: OpenRun<R, F>): number {
	return group.added - 1 - run.order;
}

function place<R, F>(group: Group<R, F>, run: OpenRun<R, F>): number {
	return rank(group, run) + (run.shift ?? group.shift);
}
