import { eventKey, type RunEvent } from './eventDedupe';
import type { CatchUpState } from './state';

/** How far back is caught up: hours, and runs of all workflows together. */
export const MAX_AGE_MS = 24 * 3_600_000;
export const MAX_RUNS = 500;
/** Runs that can be remembered as not ended when catching up began. */
const MAX_OPEN = 100;
/** Run IDs in one line of the log. */
const MAX_LISTED = 50;
/** How far the service's clock may be off. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** A run as a service lists it, as far as catching up needs it. */
export interface ListedRun {
	id: string;
	workflowId: string;
	/** ms since 1970. Without it nobody can tell whether the run is old, so it is left alone. */
	createdAt: number | undefined;
	/** When it last changed, ms since 1970, where that is known. */
	changedAt?: number;
	/** What has happened to it so far, or may have happened if the list doesn't say, in this order. */
	events: string[];
	/** Whether nothing more happens to it; undefined if the list doesn't say. */
	isFinished: boolean | undefined;
}

/** An event that nothing was started for, as far as a list shows. */
export interface FoundEvent extends RunEvent {
	/** ms since 1970. */
	createdAt: number;
}

/** What becomes of the events that a list shows. */
export interface FoundEvents {
	/** To be started, oldest run first. */
	due: FoundEvent[];
	/** Too old, or too many. */
	skipped: FoundEvent[];
}

type DatedRun = ListedRun & { createdAt: number };

/**
 * The state that catching up begins with: what has happened until now is none of the trigger's business.
 *
 * @param runs the newest runs, read just now
 * @param now ms since 1970
 * @returns the state, and the keys of events that count as handled
 */
export function beginCatchUp(
	scope: string,
	runs: ListedRun[],
	now: number,
): { state: CatchUpState; keys: string[] } {
	const since = now - CLOCK_SKEW_MS;
	const isRecent = ({ createdAt = 0 }: ListedRun) => createdAt >= since;
	const open = runs.filter(({ isFinished }) => isFinished === false).slice(0, MAX_OPEN);
	const known = runs.filter((run) => isRecent(run) || open.includes(run));
	return {
		state: { scope, since, open: open.map(({ id }) => id) },
		keys: known.flatMap(({ id, events }) => events.map((event) => eventKey(event, id))),
	};
}

/**
 * Sorts out the events of a list that nothing was started for: those of the newest 500 runs of the last 24 hours are
 * due, the others are skipped. Events that are older than every handled one may have been handled and forgotten.
 *
 * @param wanted events that the trigger is set to
 * @param now ms since 1970
 */
export function findEvents(
	runs: ListedRun[],
	{ since, open }: CatchUpState,
	wanted: readonly string[],
	isSeen: (key: string) => boolean,
	now: number,
): FoundEvents {
	const dated = runs
		.filter((run): run is DatedRun => run.createdAt !== undefined)
		.sort((one, other) => other.createdAt - one.createdAt);
	const counted = dated.filter(({ id, createdAt }) => createdAt >= since || open.includes(id));
	const eventsOf = (run: DatedRun) => run.events.filter((event) => wanted.includes(event));
	const unseen = (run: DatedRun): FoundEvent[] =>
		eventsOf(run)
			.filter((event) => !isSeen(eventKey(event, run.id)))
			.map((event) => ({
				event,
				runId: run.id,
				workflowId: run.workflowId,
				createdAt: run.createdAt,
			}));

	const isRecent = ({ createdAt, changedAt = createdAt }: DatedRun) =>
		changedAt >= now - MAX_AGE_MS;
	const due = counted.slice(0, MAX_RUNS).filter(isRecent);
	const beyond = counted.filter((run) => !due.includes(run));
	const handled = dated.filter((run) =>
		run.events.some((event) => isSeen(eventKey(event, run.id))),
	);
	const oldestHandled = handled.at(-1)?.createdAt ?? 0;
	return {
		due: due.reverse().flatMap(unseen),
		skipped: beyond
			.reverse()
			.flatMap(unseen)
			.filter(({ createdAt }) => createdAt > oldestHandled),
	};
}

/**
 * What n8n's log says about skipped events, and from when on runs are caught up after it: none of the skipped ones is
 * found again.
 *
 * @returns `since` in ms since 1970, and the older runs that may still have events
 */
export function skipReport(
	runs: ListedRun[],
	skipped: FoundEvent[],
): { lines: string[]; since: number; open: string[] } {
	const ids = [...new Set(skipped.map(({ runId }) => runId))];
	const lines = [
		`skipped ${skipped.length} missed events: only the ${MAX_RUNS} most recent runs of the last 24 hours are caught up. Get these runs with the operation Get:`,
	];
	for (let from = 0; from < ids.length; from += MAX_LISTED) {
		lines.push(`skipped runs: ${ids.slice(from, from + MAX_LISTED).join(', ')}`);
	}
	const newest = Math.max(...skipped.map(({ createdAt }) => createdAt));
	const isOpen = ({ isFinished, createdAt = 0 }: ListedRun) => !isFinished && createdAt <= newest;
	const open = runs.filter(isOpen).map(({ id }) => id);
	return { lines, since: newest + 1, open: open.slice(0, MAX_OPEN) };
}
