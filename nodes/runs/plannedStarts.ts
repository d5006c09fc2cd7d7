import { matchRecords, type StartJob, type StartRecord } from './startRecords';

/** One run to be started or reused, for one job or for several that share the user's key. */
export interface PlannedStart<TJob> {
	/** In the order of the items; the first one's request is the one that is sent. */
	jobs: TJob[];
	workflowId: string;
	base: string;
	/** What an earlier try of this execution wrote down for it. */
	record?: StartRecord;
}

/**
 * Gives every job its key: the user's own, else the one that an earlier try recorded for it, else a new one. Jobs with
 * one key and one workflow become one start.
 */
export function planStarts<TJob extends StartJob<unknown>>(
	jobs: TJob[],
	records: StartRecord[],
	newKey: () => string,
): Array<PlannedStart<TJob>> {
	const matched = matchRecords(records, jobs);
	const recorded = new Map(records.map((record) => [startId(record), record]));
	const starts = new Map<string, PlannedStart<TJob>>();
	for (const job of jobs) {
		const { workflowId, startKey } = job;
		const base = startKey ?? matched.get(job)?.base ?? newKey();
		const id = startId({ workflowId, base });
		const same = starts.get(id);
		if (same) same.jobs.push(job);
		else starts.set(id, { jobs: [job], workflowId, base, record: recorded.get(id) });
	}
	return [...starts.values()];
}

/** Whether a run of this key may be there already. A key that was made just now has none. */
export function mayBeUsed({ record, jobs: [job] }: PlannedStart<StartJob<unknown>>): boolean {
	return record !== undefined || job.startKey !== undefined;
}

function startId({ workflowId, base }: { workflowId: string; base: string }): string {
	return JSON.stringify([workflowId, base]);
}
