import type { Clock } from '../../runs';
import {
	type FoundEvent,
	findEvents,
	type ListedRun,
	MAX_AGE_MS,
	skipReport,
} from './catchUpWindow';
import { KnownRuns } from './knownRuns';
import type { CatchUpState } from './state';

/** How long after the start of n8n the first check is made, and how long after one the next, ms. */
export const FIRST_CHECK_DELAY_MS = 5_000;
export const CHECK_INTERVAL_MS = 10 * 60_000;
/** How long a delivery may be on its way, or being verified, ms: what is missing then hasn't arrived. */
export const DELIVERY_GRACE_MS = 10_000;
/** Pages of one workflow's list that one check reads: 1,000 runs. */
export const MAX_PAGES = 10;

/** What catching up needs of a service and of the trigger. */
export interface CatchUpSource {
	/** The events that the trigger is set to. */
	events: readonly string[];
	/** The workflows to look into. */
	workflows(): string[];
	/**
	 * One page of a workflow's runs, newest first, from page 1.
	 *
	 * @returns undefined if it can't be read now
	 */
	listRuns(workflowId: string, page: number): Promise<ListedRun[] | undefined>;
	/** Undefined before it has begun. */
	readonly state: CatchUpState | undefined;
	/** Forgets about older runs. @param since ms since 1970 */
	forgetBefore(since: number, open: string[]): void;
	/** Whether an event is handled, as far as this process knows. */
	isSeen(key: string): boolean;
	/** Gets what other processes of n8n know. @returns whether that is enough to start something */
	refresh(): Promise<boolean>;
	/** Verifies an event and starts an execution. @returns whether there is nothing more to do about it */
	start(event: FoundEvent): Promise<boolean>;
	/** Stores which events were started, which n8n itself does only when another one is. */
	save(): Promise<void>;
	warn(text: string): void;
}

/** Finds events whose delivery didn't arrive, and starts an execution for each, oldest first. */
export class CatchUp {
	private readonly knownRuns = new Map<string, KnownRuns>();

	constructor(
		private readonly source: CatchUpSource,
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
	) {}

	/** Checks after the start, and then every ten minutes. Never throws. */
	async run(): Promise<void> {
		await this.clock.sleep(FIRST_CHECK_DELAY_MS, this.signal);
		while (!this.signal.aborted) {
			await this.check().catch((error: Error) =>
				this.source.warn(`couldn't check for missed events: ${error.message}`),
			);
			const jitter = 1.1 - this.clock.random() / 5;
			await this.clock.sleep(CHECK_INTERVAL_MS * jitter, this.signal);
		}
	}

	/** One check: a single request for each workflow if there is nothing new. */
	async check(): Promise<void> {
		const { source, clock, signal } = this;
		const runsByWorkflow = new Map<string, ListedRun[]>();
		for (const workflowId of source.workflows()) {
			const runs = await this.readRuns(workflowId);
			if (runs) runsByWorkflow.set(workflowId, runs);
		}
		const runs = [...runsByWorkflow.values()].flat();
		const unsettled = new Set<string>();
		if (this.hasNews(runs)) {
			await clock.sleep(DELIVERY_GRACE_MS, signal);
			const isReady = !signal.aborted && (await source.refresh());
			if (!isReady) return;
			for (const id of await this.startAll(runs)) unsettled.add(id);
		}
		await source.save();
		for (const [workflowId, listed] of runsByWorkflow) {
			this.knownOf(workflowId).remember(listed, unsettled);
		}
	}

	/** @returns ids of runs with an event that couldn't be handled yet */
	private async startAll(runs: ListedRun[]): Promise<string[]> {
		const { source, signal } = this;
		const { due, skipped } = this.find(runs);
		if (skipped.length > 0) this.reportSkipped(runs, skipped);
		const unsettled: string[] = [];
		for (const event of due) {
			const isSettled = !signal.aborted && (await source.start(event));
			if (!isSettled) unsettled.push(event.runId);
		}
		return unsettled;
	}

	/** Reads a list until all that follows is known or too old; undefined if it can't be read. */
	private async readRuns(workflowId: string): Promise<ListedRun[] | undefined> {
		const oldest = this.clock.now() - MAX_AGE_MS;
		const known = this.knownOf(workflowId);
		const found = new Map<string, ListedRun>();
		for (let page = 1; page <= MAX_PAGES && !this.signal.aborted; page++) {
			const runs = await this.source.listRuns(workflowId, page);
			if (!runs) return undefined;
			const added = runs.filter(({ id }) => !found.has(id));
			for (const run of added) found.set(run.id, run);
			if (known.isEnd(added)) break;
			const isTooOld = added.some(({ createdAt = Infinity }) => createdAt < oldest);
			if (isTooOld && !this.hasNews(added)) break;
		}
		return [...found.values()];
	}

	private knownOf(workflowId: string): KnownRuns {
		const known = this.knownRuns.get(workflowId) ?? new KnownRuns();
		this.knownRuns.set(workflowId, known);
		return known;
	}

	private find(runs: ListedRun[]) {
		const { source, clock } = this;
		const isSeen = (key: string) => source.isSeen(key);
		return source.state
			? findEvents(runs, source.state, source.events, isSeen, clock.now())
			: { due: [], skipped: [] };
	}

	private hasNews(runs: ListedRun[]): boolean {
		const { due, skipped } = this.find(runs);
		return due.length + skipped.length > 0;
	}

	private reportSkipped(runs: ListedRun[], skipped: FoundEvent[]): void {
		const { lines, since, open } = skipReport(runs, skipped);
		for (const line of lines) this.source.warn(line);
		this.source.forgetBefore(since, open);
	}
}
