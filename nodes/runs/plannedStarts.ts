import type { SearchTarget } from './runSearch';
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

/** Where the keys of planned starts come from. */
interface KeySources {
	/** What earlier tries of this node's turn left; gets a copy of what another turn started under a user's key. */
	records: StartRecord[];
	/** What this node's other turns in the execution left (a loop), oldest first. */
	otherRecords?: StartRecord[];
	newKey: () => string;
}

/**
 * Gives every job its key: the user's own, else the one that an earlier try recorded for it, else a new one. Jobs with
 * one key and one workflow become one start.
 */
export function planStarts<TJob extends StartJob<unknown>>(
	jobs: TJob[],
	{ records, otherRecords = [], newKey }: KeySources,
): Array<PlannedStart<TJob>> {
	const matched = matchRecords(records, jobs);
	const recorded = new Map(records.map((record) => [startId(record), record]));
	const elsewhere = new Map(otherRecords.map((record) => [startId(record), record]));
	const recordOf = (id: string, { item, fingerprint, startKey }: TJob) => {
		const other = startKey === undefined ? undefined : elsewhere.get(id);
		if (recorded.has(id) || !other) return recorded.get(id);
		const copy = { ...other, item, fingerprint };
		records.push(copy);
		return copy;
	};
	const starts = new Map<string, PlannedStart<TJob>>();
	for (const job of jobs) {
		const { workflowId, startKey } = job;
		const base = startKey ?? matched.get(job)?.base ?? newKey();
		const id = startId({ workflowId, base });
		const same = starts.get(id);
		if (same) same.jobs.push(job);
		else starts.set(id, { jobs: [job], workflowId, base, record: recordOf(id, job) });
	}
	return [...starts.values()];
}

/** Whether a run of this key may be there already. A key that was made just now has none. */
export function mayBeUsed({ record, jobs: [job] }: PlannedStart<StartJob<unknown>>): boolean {
	return record !== undefined || job.startKey !== undefined;
}

/** What to search for, for a start whose key may have been used. */
export function toTarget<TRequest>({
	base,
	record,
	jobs: [{ request, startKey }],
}: PlannedStart<StartJob<TRequest>>): SearchTarget<TRequest> {
	const isAnyTime = startKey !== undefined;
	const runId = isAnyTime ? undefined : record?.runId;
	return {
		base,
		request,
		sentAt: record?.runId === undefined ? record?.sentAt : undefined,
		runId,
		isAnyTime,
	};
}

function startId({ workflowId, base }: { workflowId: string; base: string }): string {
	return JSON.stringify([workflowId, base]);
}
