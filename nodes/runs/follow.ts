import type { Calls } from './calls';
import { PAGE_SIZE, pagesFor, type Pages } from './looks';
import { backoff, nextLook, shortestPause } from './pace';
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
	/** How much further down the list than its order says it was seen last; less than 0: further up. */
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
	/** Times in a row that its pages showed none of the runs they were read for; and for how many looks they rest. */
	inVain: number;
	rest: number;
	/** Age at which the first of its runs was seen ended, ms. */
	shortestMs?: number;
}

/**
 * One scheduler for all runs of a node, whatever groups they belong to. Runs can be added at any time; each is
 * followed until it ends, its time limit passes, the service will not show it, or the user stops.
 */
export class Follower<Q, R, F> {
	private readonly groups = new Map<string, Group<R, F>>();
	/** Requests that the last round took. */
	private requests = 1;
	private running = false;
	private lastRound?: number;
	private asleep?: { until: number; wake: AbortController };

	constructor(private readonly tools: FollowTools<Q, R, F>) {}

	/**
	 * Follows one run to its end; a run that is followed already shares that outcome.
	 *
	 * @param seen how the run stood just now, if that is known
	 */
	async add(target: Target, seen?: Seen<R>): Promise<FollowOutcome<R, F>> {
		const group = this.group(target.group);
		const run = group.open.get(target.id) ?? this.open(group, target);
		if (seen?.whole) this.note(group, run, seen);
		if (this.asleep && run.due < this.asleep.until) this.asleep.wake.abort();
		if (!this.running) {
			this.running = true;
			void this.loop().catch((error) => this.openRuns().forEach((open) => open.fail(error)));
		}
		return await run.outcome;
	}

	private group(name: string): Group<R, F> {
		const group = this.groups.get(name) ?? {
			name,
			open: new Map(),
			added: 0,
			shift: 0,
			listTells: true,
			inVain: 0,
			rest: 0,
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
			due: since + Math.min(this.nextLook(group, since), limitMs),
			order: group.added++,
			troubles: 0,
			outcome,
			end: (outcome) => {
				group.open.delete(id);
				resolve(outcome);
			},
			fail: (error) => {
				group.open.delete(id);
				fail(error);
			},
		};
		group.open.set(id, run);
		return run;
	}

	private openRuns(): Array<OpenRun<R, F>> {
		return [...this.groups.values()].flatMap((group) => [...group.open.values()]);
	}

	private async loop(): Promise<void> {
		const { clock, calls } = this.tools;
		try {
			for (let open = this.openRuns(); open.length > 0; open = this.openRuns()) {
				if (calls.stopped) {
					open.forEach((run) => run.end({ kind: 'stopped', id: run.id }));
					break;
				}
				const earliest = open.reduce((due, run) => Math.min(due, run.due), Infinity);
				const until = Math.max(earliest, (this.lastRound ?? 0) + shortestPause(this.requests));
				if (until > clock.now()) {
					this.asleep = { until, wake: new AbortController() };
					await calls.pause(until - clock.now(), clock, this.asleep.wake);
					this.asleep = undefined;
				} else {
					await this.round();
				}
			}
		} finally {
			this.running = false;
		}
	}

	/** Looks at every run that is due, and at those that nearly are: together they cost less. */
	private async round(): Promise<void> {
		const now = this.tools.clock.now();
		const nearly = now + shortestPause(this.requests) / 2;
		this.lastRound = now;
		const requests = await Promise.all(
			[...this.groups.values()].map(async (group) => {
				const due = [...group.open.values()].filter((run) => run.due <= nearly);
				return due.length > 0 ? await this.look(group, due) : 0;
			}),
		);
		this.requests = requests.reduce((sum, count) => sum + count, 0);
	}

	/** @returns how many requests it took */
	private async look(group: Group<R, F>, due: Array<OpenRun<R, F>>): Promise<number> {
		const looks: Looks<R, F> = { unseen: new Set(due), endedInPart: new Set(), requests: 0 };
		const pages = this.pagesWorthReading(group, due);
		if (pages) {
			await this.lookAtPages(group, looks, pages);
			const found = looks.unseen.size < due.length;
			group.inVain = found || looks.trouble ? 0 : group.inVain + 1;
			group.rest = 2 ** Math.min(group.inVain, 5) - 1;
		}
		const { unseen, endedInPart, trouble, requests } = looks;
		if (trouble) unseen.forEach((run) => this.trouble(run, trouble));
		const each = [...(trouble ? [] : unseen), ...endedInPart];
		await Promise.all(
			each.map(async (run) => await this.lookAtOne(group, run, endedInPart.has(run))),
		);
		return requests + each.length;
	}

	private pagesWorthReading(group: Group<R, F>, due: Array<OpenRun<R, F>>): Pages | undefined {
		if (!group.listTells || group.rest-- > 0) return undefined;
		return pagesFor(due.map((run) => place(group, run)));
	}

	private async lookAtPages(
		group: Group<R, F>,
		looks: Looks<R, F>,
		{ numbers, size }: Pages,
	): Promise<void> {
		const { unseen } = looks;
		const ifEach = unseen.size;
		const shown = await Promise.all(
			numbers.map(async (page) => await this.lookAtPage(group, looks, page, size)),
		);
		// Others' runs push these down the list: look further down while it is cheaper than asking for each.
		const covered = numbers[numbers.length - 1] * size;
		let goesOn = shown[shown.length - 1] === size;
		for (
			let page = Math.floor(covered / PAGE_SIZE) + 1, before = ifEach;
			goesOn &&
			!looks.trouble &&
			unseen.size > 1 &&
			looks.requests < (unseen.size < before ? ifEach : ifEach / 4);
			page++
		) {
			before = unseen.size;
			goesOn = (await this.lookAtPage(group, looks, page, PAGE_SIZE)) === PAGE_SIZE;
		}
	}

	/** Takes what the page shows out of `unseen`; what it does not show is left to be asked for. @returns runs shown */
	private async lookAtPage(
		group: Group<R, F>,
		looks: Looks<R, F>,
		page: number,
		size: number,
	): Promise<number> {
		const { calls, service } = this.tools;
		looks.requests++;
		const answer = await calls.run(() => service.page(group.name, page, size));
		if (answer.kind === 'refused' || answer.kind === 'absent') {
			group.listTells = false;
			return 0;
		}
		if (answer.kind !== 'ok') {
			looks.trouble = answer;
			return 0;
		}
		const list = answer.value;
		if (list.length > 0 && list.every((seen) => seen.state === 'unknown')) group.listTells = false;
		list.forEach((seen, index) => {
			const run = group.open.get(seen.id);
			if (!run) return;
			run.shift = (page - 1) * size + index - rank(group, run);
			group.shift = Math.max(0, run.shift);
			if (seen.state === 'unknown') return;
			looks.unseen.delete(run);
			if (seen.state === 'open' || seen.whole) this.note(group, run, seen);
			else looks.endedInPart.add(run);
		});
		return list.length;
	}

	/** @param hasEnded whether it is sure that it has, so that only reading all of it is of use */
	private async lookAtOne(
		group: Group<R, F>,
		run: OpenRun<R, F>,
		hasEnded: boolean,
	): Promise<void> {
		const { calls, service, clock } = this.tools;
		const inPart = !hasEnded && service.look;
		const answer = await calls.run(() =>
			inPart ? service.look!(group.name, run.id) : service.read(group.name, run.id),
		);
		if (inPart && answer.kind === 'ok' && isEnd(answer.value) && !answer.value.whole) {
			run.last = answer.value.run;
			return await this.lookAtOne(group, run, true);
		}
		const isNew = clock.now() - run.since < UNKNOWN_AT_FIRST_MS;
		if (answer.kind === 'ok') this.note(group, run, answer.value);
		else if (answer.kind === 'refused' || (answer.kind === 'absent' && !isNew)) {
			run.end({ kind: 'unreadable', id: run.id, run: run.last, fault: answer.fault });
		} else this.trouble(run, answer);
	}

	private note(group: Group<R, F>, run: OpenRun<R, F>, seen: Seen<R>): void {
		const { id } = run;
		const age = this.tools.clock.now() - run.since;
		run.troubles = 0;
		run.last = seen.run;
		if (isEnd(seen)) {
			// Ended when it was added tells nothing of how long its kind takes.
			if (age > 0) group.shortestMs = Math.min(age, group.shortestMs ?? Infinity);
			run.end({ kind: seen.state, id, run: seen.run });
		} else if (run.since + age >= run.until) {
			run.end({ kind: 'overLimit', id, run: seen.run });
		} else {
			this.lookAgain(run, this.nextLook(group, run.since));
		}
	}

	private trouble(run: OpenRun<R, F>, answer: Bad<F>): void {
		const { id, last } = run;
		if (answer.kind === 'stopped') {
			run.end({ kind: 'stopped', id });
		} else if (answer.kind === 'denied') {
			// No other look would bring more.
			const { fault } = answer;
			this.openRuns().forEach(({ id, last, end }) =>
				end({ kind: 'unreadable', id, run: last, fault }),
			);
		} else if (this.tools.clock.now() >= run.until) {
			run.end({ kind: 'overLimit', id, run: last, fault: answer.fault });
		} else {
			const asked = 'waitMs' in answer ? answer.waitMs : 0;
			this.lookAgain(run, backoff(++run.troubles, this.tools.clock, asked));
		}
	}

	private nextLook({ shortestMs }: Group<R, F>, since: number): number {
		const { clock } = this.tools;
		return nextLook(clock.now() - since, { requests: this.requests, shortestMs }, clock);
	}

	/** The last look is taken exactly at the time limit. */
	private lookAgain(run: OpenRun<R, F>, afterMs: number): void {
		run.due = Math.min(this.tools.clock.now() + afterMs, run.until);
	}
}

function isEnd<R>(seen: Seen<R>): seen is Seen<R> & { state: 'done' | 'failed' } {
	return seen.state === 'done' || seen.state === 'failed';
}

type Bad<F> = Exclude<Answer<never, F>, { kind: 'ok' }>;

/** What came of one look at the runs of a group that are due. */
interface Looks<R, F> {
	/** Not shown by any page, or without saying how they stand. */
	unseen: Set<OpenRun<R, F>>;
	/** Shown as ended, but not whole. */
	endedInPart: Set<OpenRun<R, F>>;
	/** Pages that were read. */
	requests: number;
	/** Why a page was not read. */
	trouble?: Bad<F>;
}

/** Where a run would stand in its group's list if no one else started any. */
function rank<R, F>(group: Group<R, F>, run: OpenRun<R, F>): number {
	return group.added - 1 - run.order;
}

function place<R, F>(group: Group<R, F>, run: OpenRun<R, F>): number {
	return Math.max(0, rank(group, run) + (run.shift ?? group.shift));
}
