/**
 * What this layer knows of a remote service: runs that are started by a key, go on for a while and end. Type
 * parameters, everywhere: `TRequest` what a start needs, `TRun` a run as the service's own layer shapes it, `TError`
 * what that layer says of a failed call. Nothing here reads them.
 */

/**
 * Key of one start: what is called an idempotency key elsewhere. The service's layer writes it as text.
 *
 * @example `{ base: 'order-7', attempt: 1 }` is `order-7`; after that run failed,
 * `{ base: 'order-7', attempt: 2 }` is `order-7.2`
 */
export interface StartKey {
	/** The same for all attempts of one item. */
	base: string;
	/** 1 for the first; each attempt after a failed run has a key of its own. */
	attempt: number;
}

/** One look at a run, which may show less than all of it. */
export interface RunSnapshot<TRun> {
	id: string;
	/** `unknown` when the look did not show how the run stands. */
	state: 'running' | 'completed' | 'failed' | 'unknown';
	/** Whether this look holds everything that goes out at the end. */
	isFull: boolean;
	/** The key the run was started with, where it shows. */
	key?: StartKey;
	/** Whether this look can't show a key, so that the run may have one all the same. */
	keyOmitted?: boolean;
	run: TRun;
}

/** What came of one call. */
export type Answer<T, TError> =
	| { kind: 'ok'; value: T }
	/** Surely not processed; the same call may pass later, not before `waitMs` (ms) if given. */
	| { kind: 'retryable'; error: TError; retryAfterMs?: number }
	/** No usable answer: the call may or may not have been processed. */
	| { kind: 'indeterminate'; error: TError; retryAfterMs?: number }
	/** The service does not know what was asked for. */
	| { kind: 'notFound'; error: TError }
	/** Not done, as it was done before: there is a run of this key. */
	| { kind: 'alreadyExists'; error: TError }
	/** The service will not do this, however often it is asked. */
	| { kind: 'rejected'; error: TError }
	/** The service will do nothing at all for this caller. */
	| { kind: 'unauthorized'; error: TError }
	/** The user stopped the execution; the call was not made, or its answer is not waited for. */
	| { kind: 'aborted' };

/** A remote service. Each function is one request. */
export interface RunService<TRequest, TRun, TError> {
	/** Answers the new run's id. `key` makes the run recognisable afterwards. */
	startRun(workflowId: string, key: StartKey, request: TRequest): Promise<Answer<string, TError>>;
	/**
	 * Set where the service itself keeps a key from starting two runs: a start whose answer was lost is then made again
	 * with the same key, and `alreadyExists` says that the first one worked.
	 */
	readonly startIsIdempotent?: boolean;
	/** One run, whole. */
	getRun(workflowId: string, id: string): Promise<Answer<RunSnapshot<TRun>, TError>>;
	/** How one run stands, where that costs less than all of it; once it has ended it is read whole. */
	getRunStatus?(workflowId: string, id: string): Promise<Answer<RunSnapshot<TRun>, TError>>;
	/** One page of the workflow's runs, newest first. `page` counts from 1; fewer than `size` means the last page. */
	listRuns(
		workflowId: string,
		page: number,
		size: number,
	): Promise<Answer<Array<RunSnapshot<TRun>>, TError>>;
	/** The run of one key, for services that can ask for it; else the newest pages are searched. */
	findRunByKey?(workflowId: string, key: StartKey): Promise<Answer<RunSnapshot<TRun>, TError>>;
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
export type StartOutcome<TRun, TError> =
	/** `reused`: the run existed before this try. `snapshot`: the run as it was found. */
	| { kind: 'started'; id: string; reused: boolean; snapshot?: RunSnapshot<TRun> }
	/** The service said no; no run was made. */
	| { kind: 'rejected'; error: TError }
	/** A run may have been made under this key, and could not be found. */
	| { kind: 'indeterminate'; key: StartKey; error: TError }
	/** Not begun, as another start was rejected or is indeterminate. */
	| { kind: 'skipped' }
	| { kind: 'aborted'; key?: StartKey };

/** How following one run ended. */
export type WaitOutcome<TRun, TError> =
	| { kind: 'completed'; id: string; run: TRun }
	| { kind: 'failed'; id: string; run: TRun }
	/** Still open at the time limit; `run` as last seen, if it was. */
	| { kind: 'timedOut'; id: string; run?: TRun; error?: TError }
	/** The service does not know the run, or does not show it to this caller. */
	| { kind: 'unreadable'; id: string; run?: TRun; error: TError }
	| { kind: 'aborted'; id: string };
