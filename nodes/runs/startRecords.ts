import type { StartKey } from './types';

/**
 * What is kept of a start for later tries of the same execution. Plain data: it lives in the floor above's storage
 * and is changed in place, so that what was planned is known even when everything after is cut off.
 */
export interface StartRecord {
	/** Index of the item. */
	item: number;
	/** What tells this item's start from another's; see `StartJob.subject`. */
	fingerprint: string;
	workflowId: string;
	base: string;
	attempt: number;
	/** When the start was planned, or sent last, ms since 1970. */
	sentAt: number;
	/** The run, once the service has answered. */
	runId?: string;
}

/** A start to be made for one item. */
export interface StartJob<TRequest> {
	item: number;
	workflowId: string;
	/** Equal for equal items: a record of another subject is another item's, whatever its index. */
	fingerprint: string;
	/** The user's own key: one run per key, also across executions. */
	startKey?: string;
	request: TRequest;
}

/** Finds each job's record of an earlier try: the one of its own index first, then any of the same subject. */
export function matchRecords<TJob extends Pick<StartJob<unknown>, 'item' | 'fingerprint'>>(
	records: StartRecord[],
	jobs: TJob[],
): Map<TJob, StartRecord> {
	const matched = new Map<TJob, StartRecord>();
	const free = new Map<string, StartRecord[]>();
	const own = new Map(records.map((record) => [`${record.item} ${record.fingerprint}`, record]));

	for (const job of jobs) {
		const record = own.get(`${job.item} ${job.fingerprint}`);
		if (record) matched.set(job, record);
	}
	const taken = new Set(matched.values());
	for (const record of records) {
		if (taken.has(record)) continue;
		const equals = free.get(record.fingerprint);
		if (equals) equals.push(record);
		else free.set(record.fingerprint, [record]);
	}
	for (const job of jobs) {
		if (matched.has(job)) continue;
		const record = free.get(job.fingerprint)?.shift();
		if (record) matched.set(job, record);
	}
	return matched;
}

/** Writes down that a start is about to be made, before it is. Answers the record, new or changed in place. */
export function recordStart<TRequest>(
	records: StartRecord[],
	job: StartJob<TRequest>,
	key: StartKey,
	sentAt: number,
	earlier?: StartRecord,
): StartRecord {
	const { item, fingerprint, workflowId } = job;
	const record: StartRecord = Object.assign(earlier ?? {}, {
		item,
		fingerprint,
		workflowId,
		...key,
		sentAt,
	});
	delete record.runId;
	if (!earlier) records.push(record);
	return record;
}

/** Strikes out a start of which it is sure that no run was made. */
export function removeRecord(records: StartRecord[], record: StartRecord): void {
	const index = records.indexOf(record);
	if (index >= 0) records.splice(index, 1);
}
