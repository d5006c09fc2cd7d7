/**
 * What this layer knows of a remote service: runs that are started by a key, run for a while and end. Type
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

/** A run as one answer showed it, which may be less than all of it. */
export interface RunSnapshot<TRun> {
	id: string;
	/** `unknown` if the answer did not show the run's state. */
	state: 'running' | 'completed' | 'failed' | 'unknown';
	/** Whether the answer held everything that is returned at the end. */
	isFull: boolean;
	/** The key the run was started with, if the answer shows it. */
	key?: StartKey;
	/** Whether the answer leaves keys out, so that the run may have one that does not show. */
	keyOmitted?: boolean;
	/** Whether the answer leaves out what the run was started with. */
	inputOmitted?: boolean;
	/** When the run was made, by the service's clock, ms since 1970; absent when that does not show. */
	createdAt?: number;
	run: TRun;
}

/** The result of one call. */
export type Answer<T, TError> =
	| { kind: 'ok'; value: T }
	/**
	 * Surely not processed; the same call may succeed later, not before `retryAfterMs` if given. `isDenial`: the service
	 * refused the caller, which is not believed yet.
	 */
	| { kind: 'retryable'; error: TError; retryAfterMs?: number; isDenial?: true }
	/** No usable answer: the call may or may not have been processed. */
	| { kind: 'indeterminate'; error: TError; retryAfterMs?: number }
	/** The service does not know what the call is about. */
	| { kind: 'notFound'; error: TError }
	/** Not processed: the service says, or may have meant, that there is a run with this key. */
	| { kind: 'alreadyExists'; error: TError }
	/** The service refuses this call, and would refuse it again. */
	| { kind: 'rejected'; error: TError }
	/** The service refuses this start, and would refuse any other of this workflow: there are no credits left for it. */
	| { kind: 'exhausted'; error: TError }
	/** The service refuses the caller (401, 403), for this call at least. Surely not processed. */
	| { kind: 'unauthorized'; error: TError }
	/** The user stopped the execution: the call was not made, or its answer was not waited for. */
	| { kind: 'aborted' };

/** A remote service. Each function is one request. */
export interface RunService<TRequest, TRun, TError> {
	/** The same for all who call the same service with the same key, as its limits are. It holds neither. */
	readonly account?: string;
	/** Answers the new run's id. The run can be found by `key` afterwards. */
	startRun(workflowId: string, key: StartKey, request: TRequest): Promise<Answer<string, TError>>;
	/** One run, in full. */
	getRun(workflowId: string, id: string): Promise<Answer<RunSnapshot<TRun>, TError>>;
	/** The state of one run, if the service has a cheaper call for it; once ended, the run is read in full. */
	getRunStatus?(workflowId: string, id: string): Promise<Answer<RunSnapshot<TRun>, TError>>;
	/**
	 * One page of the workflow's runs, `page` from 1. What it shows proves itself or not (`listProof.ts`): services cap
	 * pages, serve short ones in the middle, sort otherwise and list new runs late. Only an empty page is surely the end.
	 */
	listRuns(
		workflowId: string,
		page: number,
		size: number,
	): Promise<Answer<Array<RunSnapshot<TRun>>, TError>>;
	/**
	 * The run of one key, for services that can ask for it; else the newest pages are searched. `rejected` when the run
	 * that has the key is not what `request` asks for, unless it failed.
	 */
	findRunByKey?(
		workflowId: string,
		key: StartKey,
		request?: TRequest,
	): Promise<Answer<RunSnapshot<TRun>, TError>>;
	/** What a key of the user's own may be shared by. */
	readonly userKeys?: UserKeyRules<TRequest, TRun, TError>;
	/** What a run that has ended has cost, in credits; nothing if that does not show. */
	creditsOf?(run: TRun): number | undefined;
}

/** A user's key is for one request: starts with other values don't share its run. */
export interface UserKeyRules<TRequest, TRun, TError> {
	/** What a start asks for, as text: equal for starts that may share a run. */
	textOf(request: TRequest): string;
	/** The same of a run: equal to the text of the request that it was started with. */
	textOfRun?(run: TRun): string;
	/** Whether a run was started by such a request, as far as it shows. */
	isRunOf(run: TRun, request: TRequest): boolean;
	/** What is said of items that have one key and ask for different runs. @param items their indexes */
	itemsError(key: StartKey, items: number[]): TError;
	/** What is said of a run that has the key and was started with other values. */
	runError(key: StartKey, runId: string): TError;
}

/**
 * Why a list does not prove that a run is not there.
 *
 * - `notFound`: the service shows no list of this workflow
 * - `empty`: the list shows no run at all, so that nothing says it is the right one
 * - `late`: it does not show runs that must be there, or the start is too recent for a list that may be late
 * - `incomplete`: it could not be read to its end, or far enough back
 * - `keysHidden`: it shows runs whose keys can't be seen
 * - `recent`: the run was asked for by its key, too soon after the start for its absence to prove anything
 */
export type ListDoubt = 'notFound' | 'empty' | 'late' | 'incomplete' | 'keysHidden' | 'recent';

/** A reading of the monotonic clock, ms. A type of its own, so that no date is passed where one is needed. */
export type MonotonicTime = number & { readonly isMonotonic: true };

/** Time and random numbers; tests pass virtual ones, so that a test of an hour takes a millisecond. */
export interface Clock {
	/** The date, ms since 1970. It can be set forward and back at any time: never subtract one from another. */
	now(): number;
	/** For durations: ms since some moment in the past. Never goes back. */
	monotonicNow(): MonotonicTime;
	/** Resolves after `ms`, or as soon as the signal is aborted; never rejects. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
	/** 0 to 1. */
	random(): number;
}

/** Takes one line of the debug log: what was decided, without any key or value. */
export type Debug = (text: string) => void;

/** What came of one start. */
export type StartOutcome<TRun, TError> =
	/** `reused`: the run existed before this try. `snapshot`: the run as it was found. */
	| {
			kind: 'started';
			id: string;
			reused: boolean;
			snapshot?: RunSnapshot<TRun>;
			/** Set for a run that is used because it was started with equal values. */
			isEqual?: boolean;
			/** Set for a new run, where runs that may have equal values could not be compared. */
			isUncompared?: boolean;
	  }
	/** The service said no; no run was made. */
	| { kind: 'rejected'; error: TError }
	/** Not sent, as another start of this workflow was refused with `error` for want of credits. */
	| { kind: 'exhausted'; error: TError }
	/** Not sent, as it would pass the budget, or as nothing shows what runs cost. */
	| { kind: 'overBudget'; reason: 'reached' | 'costUnknown' }
	/**
	 * A run may have been made under this key, and could not be found. `error`: the call that was not answered; `doubt`:
	 * why the list can't tell.
	 */
	| { kind: 'indeterminate'; key: StartKey; error?: TError; doubt?: ListDoubt }
	/** Not begun, as another start was rejected or is indeterminate. */
	| { kind: 'skipped' }
	| { kind: 'aborted'; key?: StartKey };

/** How the wait for one run ended. */
export type WaitOutcome<TRun, TError> =
	| { kind: 'completed'; id: string; run: TRun }
	| { kind: 'failed'; id: string; run: TRun }
	/** Still running at the timeout; `run` as last seen, if it was; `error` of the last poll, if that failed. */
	| { kind: 'timedOut'; id: string; run?: TRun; error?: TError }
	/** The service does not know the run, or does not show it to this caller; `run` as last seen, if it was. */
	| { kind: 'unreadable'; id: string; run?: TRun; error: TError }
	| { kind: 'aborted'; id: string };
