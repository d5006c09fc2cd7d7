/**
 * What the ground floor knows of a remote service: runs that are started by a key, stand open for a while and
 * end. Type parameters, everywhere: `Q` what a start needs, `R` a run as the service's own floor shapes it,
 * `F` a fault as that floor describes it. Neither is looked into here.
 */

/** Key of one start. `base` is the same for all attempts of one item; the service's floor writes both as text. */
export interface StartKey {
	base: string;
	/** 1 for the first; each attempt after a failed run has a key of its own. */
	attempt: number;
}

/** One look at a run, which may show less than all of it. */
export interface Seen<R> {
	id: string;
	/** `unknown` when the look did not show how the run stands. */
	state: 'open' | 'done' | 'failed' | 'unknown';
	/** Whether this look holds everything that goes out at the end. */
	whole: boolean;
	/** The key the run was started with, where it shows. */
	key?: StartKey;
	/** Whether this look can't show a key, so that the run may have one all the same. */
	hidesKey?: boolean;
	run: R;
}

/** What came of one call. */
export type Answer<T, F> =
	| { kind: 'ok'; value: T }
	/** Surely not processed; the same call may pass later, not before `waitMs` (ms) if given. */
	| { kind: 'later'; fault: F; waitMs?: number }
	/** No usable answer: the call may or may not have been processed. */
	| { kind: 'lost'; fault: F; waitMs?: number }
	/** The service does not know what was asked for. */
	| { kind: 'absent'; fault: F }
	/** Not done, as it was done before: there is a run of this key. */
	| { kind: 'exists'; fault: F }
	/** The service will not do this, however often it is asked. */
	| { kind: 'refused'; fault: F }
	/** The service will do nothing at all for this caller. */
	| { kind: 'denied'; fault: F }
	/** The user stopped the execution; the call was not made, or its answer is not waited for. */
	| { kind: 'stopped' };

/** A remote service. Each function is one request. `group` is what runs are listed by (a workflow). */
export interface RunService<Q, R, F> {
	/** Answers the new run's id. `key` makes the run recognisable afterwards. */
	start(group: string, key: StartKey, request: Q): Promise<Answer<string, F>>;
	/**
	 * Set where the service itself keeps a key from starting two runs: a start whose answer was lost is then made again
	 * with the same key, and `exists` tells that the first one worked.
	 */
	readonly startsOncePerKey?: boolean;
	/** One run, whole. */
	read(group: string, id: string): Promise<Answer<Seen<R>, F>>;
	/** How one run stands, where that costs less than all of it; once it has ended it is read whole. */
	look?(group: string, id: string): Promise<Answer<Seen<R>, F>>;
	/** One page of the group's runs, newest first. `page` counts from 1; fewer than `size` means the last page. */
	page(group: string, page: number, size: number): Promise<Answer<Array<Seen<R>>, F>>;
	/** The run of one key, for services that can ask for it; else the newest pages are searched. */
	find?(group: string, key: StartKey): Promise<Answer<Seen<R>, F>>;
}

/** Time and chance, so that a test of an hour takes a millisecond. */
export interface Clock {
	/** Milliseconds since 1970. */
	now(): number;
	/** Ends after `ms`, or at once when the signal is aborted; never rejects. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
	/** 0 to 1. */
	random(): number;
}

/** What came of one start. */
export type StartOutcome<R, F> =
	/** `taken`: the run existed before this try. `seen`: how it stood when it was found. */
	| { kind: 'started'; id: string; taken: boolean; seen?: Seen<R> }
	/** The service said no; no run was made. */
	| { kind: 'refused'; fault: F }
	/** A run may have been made under this key, and could not be found. */
	| { kind: 'gaveUp'; key: StartKey; fault: F }
	/** Not begun, as an earlier start went wrong. */
	| { kind: 'skipped' }
	| { kind: 'stopped'; key?: StartKey };

/** How following one run ended. */
export type FollowOutcome<R, F> =
	| { kind: 'done'; id: string; run: R }
	| { kind: 'failed'; id: string; run: R }
	/** Still open at the time limit; `run` as last seen, if it was. */
	| { kind: 'overLimit'; id: string; run?: R; fault?: F }
	/** The service does not know the run, or does not show it to this caller. */
	| { kind: 'unreadable'; id: string; run?: R; fault: F }
	| { kind: 'stopped'; id: string };
