import type { StartJob, StartRecord } from './startRecords';
import type { RunService, RunSnapshot, StartKey } from './types';

/**
 * Whether jobs with one key ask for different runs: then none of them is started, as each would get another's result.
 */
export function askForDifferentRuns(jobs: Array<StartJob<unknown>>): boolean {
	return new Set(jobs.map(({ requestFingerprint }) => requestFingerprint)).size > 1;
}

/**
 * Whether a run that was found by a user's key was started with other values than these. Keys that were made here are
 * nobody else's.
 *
 * @param run what is known of it; a record shows what this execution started, even before the run can be read
 * @returns what is to be said of it; nothing when it can be used
 */
export function userKeyError<TRequest, TRun, TError>(
	{ userKeys }: RunService<TRequest, TRun, TError>,
	{ startKey, request, requestFingerprint }: StartJob<TRequest>,
	key: StartKey,
	run: Partial<RunSnapshot<TRun>> & { id: string },
	record?: StartRecord,
): TError | undefined {
	if (!userKeys || startKey === undefined) return undefined;
	const isOwn = record?.runId === run.id && record.requestFingerprint !== undefined;
	const isSame = isOwn
		? record.requestFingerprint === requestFingerprint
		: run.run === undefined || userKeys.isRunOf(run.run, request);
	return isSame ? undefined : userKeys.runError(key, run.id);
}
