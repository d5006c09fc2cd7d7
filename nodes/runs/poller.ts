import type { RequestLimiter } from './requestLimiter';
import { MAX_PAGE_SIZE, planPages, type PagePlan } from './pagePlan';
import { backoff, pollDelay, minPollDelay } from './delays';
import type { Answer, Clock, WaitOutcome, RunService, RunSnapshot } from './types';

/** A run just made can be unknown to the service's reading side for this long, ms. */
const READ_LAG_MS = 30_000;

/** A run to be followed to its end. */
export interface WaitTarget {
	workflowId: string;
	id: string;
	/** How long it may stay open from now on, ms. */
	timeoutMs: number;
}

/** What following works with. */
export interface PollerDeps<TRequest, TRun, TError> {
	service: RunService<TRequest, TRun, TError>;
	limiter: RequestLimiter<TError>;
	clock: Clock;
}

interface OpenRun<TRun, TError> {
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
	last?: TRun;
	outcome: Promise<WaitOutcome<TRun, TError>>;
	end: (outcome: WaitOutcome<TRun, TError>) => void;
	fail: (error: unknown) => void;
}

/** Runs that are listed together, and what is known of their list. */
interface Group<TRun, TError> {
	name: string;
	open: Map<string, OpenRun<TRun, TError>>;
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
export class RunPoller<TRequest, TRun, TError> {
	private readonly groups = new Map<string, Group<TRun, TError>>();
	/** Requests that the last round took. */
	private requests = 1;
	private running = false;
	private lastRound?: number;
	private asleep?: { until: number; wake: AbortController };

	constructor(private readonly deps: PollerDeps<TRequest, TRun, TError>) {}

	/**
	 * Follows one run to its end; a run that is followed already shares that outcome.
	 *
	 * @param seen how the run stood just now, if that is known
	 */
	async waitForFinish(
		target: WaitTarget,
		seen?: RunSnapshot<TRun>,
	): Promise<WaitOutcome<TRun, TError>> {
		const group = this.group(target.workflowId);
		const run = group.open.get(target.id) ?? this.open(group, target);
		if (seen?.isFull) this.note(group, run, seen);
		if (this.asleep && run.due < this.asleep.until) this.asleep.wake.abort();
		if (!this.running) {
			this.running = true;
			void this.loop().catch((error) => this.openRuns().forEach((open) => open.fail(error)));
		}
		return await run.outcome;
	}

	private group(name: string): Group<TRun, TError> {
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

	private open(group: Group<TRun, TError>, { id, timeoutMs }: WaitTarget): OpenRun<TRun, TError> {
		const since = this.deps.clock.now();
		let resolve!: (outcome: WaitOutcome<TRun, TError>) => void;
		let fail!: (error: unknown) => void;
		const outcome = new Promise<WaitOutcome<TRun, TError>>(
			(...settle) => ([resolve, fail] = settle),
		);
		const run: OpenRun<TRun, TError> = {
			id,
			since,
			until: since + timeoutMs,
			due: since + Math.min(this.nextLook(group, since), timeoutMs),
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

	private openRuns(): Array<OpenRun<TRun, TError>> {
		return [...this.groups.values()].flatMap((group) => [...group.open.values()]);
	}

	private async loop(): Promise<void> {
		const { clock, limiter } = this.deps;
		try {
			for (let open = this.openRuns(); open.length > 0; open = this.openRuns()) {
				if (limiter.aborted) {
					open.forEach((run) => run.end({ kind: 'aborted', id: run.id }));
					break;
				}
				const earliest = open.reduce((due, run) => Math.min(due, run.due), Infinity);
				const until = Math.max(earliest, (this.lastRound ?? 0) + minPollDelay(this.requests));
				if (until > clock.now()) {
					this.asleep = { until, wake: new AbortController() };
					await limiter.sleep(until - clock.now(), clock, this.asleep.wake);
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
		const now = this.deps.clock.now();
		const nearly = now + minPollDelay(this.requests) / 2;
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
	private async look(
		group: Group<TRun, TError>,
		due: Array<OpenRun<TRun, TError>>,
	): Promise<number> {
		const looks: Looks<TRun, TError> = {
			unseen: new Set(due),
			endedInPart: new Set(),
			requests: 0,
		};
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

	private pagesWorthReading(
		group: Group<TRun, TError>,
		due: Array<OpenRun<TRun, TError>>,
	): PagePlan | undefined {
		if (!group.listTells || group.rest-- > 0) return undefined;
		return planPages(due.map((run) => place(group, run)));
	}

	private async lookAtPages(
		group: Group<TRun, TError>,
		looks: Looks<TRun, TError>,
		{ numbers, size }: PagePlan,
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
			let page = Math.floor(covered / MAX_PAGE_SIZE) + 1, before = ifEach;
			goesOn &&
			!looks.trouble &&
			unseen.size > 1 &&
			looks.requests < (unseen.size < before ? ifEach : ifEach / 4);
			page++
		) {
			before = unseen.size;
			goesOn = (await this.lookAtPage(group, looks, page, MAX_PAGE_SIZE)) === MAX_PAGE_SIZE;
		}
	}

	/** Takes what the page shows out of `unseen`; what it does not show is left to be asked for. @returns runs shown */
	private async lookAtPage(
		group: Group<TRun, TError>,
		looks: Looks<TRun, TError>,
		page: number,
		size: number,
	): Promise<number> {
		const { limiter, service } = this.deps;
		looks.requests++;
		const answer = await limiter.run(() => service.listRuns(group.name, page, size));
		if (answer.kind === 'rejected' || answer.kind === 'notFound') {
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
			if (seen.state === 'running' || seen.isFull) this.note(group, run, seen);
			else looks.endedInPart.add(run);
		});
		return list.length;
	}

	/** @param hasEnded whether it is sure that it has, so that only reading all of it is of use */
	private async lookAtOne(
		group: Group<TRun, TError>,
		run: OpenRun<TRun, TError>,
		hasEnded: boolean,
	): Promise<void> {
		const { limiter, service, clock } = this.deps;
		const inPart = !hasEnded && service.getRunStatus;
		const answer = await limiter.run(() =>
			inPart ? service.getRunStatus!(group.name, run.id) : service.getRun(group.name, run.id),
		);
		if (inPart && answer.kind === 'ok' && isEnd(answer.value) && !answer.value.isFull) {
			run.last = answer.value.run;
			return await this.lookAtOne(group, run, true);
		}
		const isNew = clock.now() - run.since < READ_LAG_MS;
		if (answer.kind === 'ok') this.note(group, run, answer.value);
		else if (answer.kind === 'rejected' || (answer.kind === 'notFound' && !isNew)) {
			run.end({ kind: 'unreadable', id: run.id, run: run.last, error: answer.error });
		} else this.trouble(run, answer);
	}

	private note(
		group: Group<TRun, TError>,
		run: OpenRun<TRun, TError>,
		seen: RunSnapshot<TRun>,
	): void {
		const { id } = run;
		const age = this.deps.clock.now() - run.since;
		run.troubles = 0;
		run.last = seen.run;
		if (isEnd(seen)) {
			// Ended when it was added tells nothing of how long its kind takes.
			if (age > 0) group.shortestMs = Math.min(age, group.shortestMs ?? Infinity);
			run.end({ kind: seen.state, id, run: seen.run });
		} else if (run.since + age >= run.until) {
			run.end({ kind: 'timedOut', id, run: seen.run });
		} else {
			this.lookAgain(run, this.nextLook(group, run.since));
		}
	}

	private trouble(run: OpenRun<TRun, TError>, answer: Bad<TError>): void {
		const { id, last } = run;
		if (answer.kind === 'aborted') {
			run.end({ kind: 'aborted', id });
		} else if (answer.kind === 'unauthorized') {
			// No other look would bring more.
			const { error } = answer;
			this.openRuns().forEach(({ id, last, end }) =>
				end({ kind: 'unreadable', id, run: last, error }),
			);
		} else if (this.deps.clock.now() >= run.until) {
			run.end({ kind: 'timedOut', id, run: last, error: answer.error });
		} else {
			const asked = 'retryAfterMs' in answer ? answer.retryAfterMs : 0;
			this.lookAgain(run, backoff(++run.troubles, this.deps.clock, asked));
		}
	}

	private nextLook({ shortestMs: minDurationMs }: Group<TRun, TError>, since: number): number {
		const { clock } = this.deps;
		return pollDelay(clock.now() - since, { requests: this.requests, minDurationMs }, clock);
	}

	/** The last look is taken exactly at the time limit. */
	private lookAgain(run: OpenRun<TRun, TError>, afterMs: number): void {
		run.due = Math.min(this.deps.clock.now() + afterMs, run.until);
	}
}

function isEnd<TRun>(
	seen: RunSnapshot<TRun>,
): seen is RunSnapshot<TRun> & { state: 'completed' | 'failed' } {
	return seen.state === 'completed' || seen.state === 'failed';
}

type Bad<TError> = Exclude<Answer<never, TError>, { kind: 'ok' }>;

/** What came of one look at the runs of a group that are due. */
interface Looks<TRun, TError> {
	/** Not shown by any page, or without saying how they stand. */
	unseen: Set<OpenRun<TRun, TError>>;
	/** Shown as ended, but not whole. */
	endedInPart: Set<OpenRun<TRun, TError>>;
	/** Pages that were read. */
	requests: number;
	/** Why a page was not read. */
	trouble?: Bad<TError>;
}

/** Where a run would stand in its group's list if no one else started any. */
function rank<TRun, TError>(group: Group<TRun, TError>, run: OpenRun<TRun, TError>): number {
	return group.added - 1 - run.order;
}

function place<TRun, TError>(group: Group<TRun, TError>, run: OpenRun<TRun, TError>): number {
	return Math.max(0, rank(group, run) + (run.shift ?? group.shift));
}
