import type { StartKey } from './types';

/**
 * What is kept of a start for later tries of the same execution. Plain data: it lives in the floor above's storage
 * and is changed in place, so that what was planned is known even when everything after is cut off.
 */
export interface StartRecord {
	/** Index of the item. */
	item: number;
	/** What tells this item's start from another's; see `StartJob.subject`. */
	subject: string;
	group: string;
	base: string;
	attempt: number;
	/** When the start was planned, or sent last, ms since 1970. */
	at: number;
	/** The run, once the service has answered. */
	id?: string;
}

/** A start to be made for one item. */
export interface StartJob<Q> {
	item: number;
	group: string;
	/** Equal for equal items: a record of another subject is another item's, whatever its index. */
	subject: string;
	/** The user's own key: one run per key, also across executions. */
	startKey?: string;
	request: Q;
}

/** Finds each job's record of an earlier try: the one of its own index first, then any of the same subject. */
export function claim<J extends Pick<StartJob<unknown>, 'item' | 'subject'>>(
	records: StartRecord[],
	jobs: J[],
): Map<J, StartRecord> {
	const claimed = new Map<J, StartRecord>();
	const free = new Map<string, StartRecord[]>();
	const own = new Map(records.map((record) => [`${record.item} ${record.subject}`, record]));

	for (const job of jobs) {
		const record = own.get(`${job.item} ${job.subject}`);
		if (record) claimed.set(job, record);
	}
	const taken = new Set(claimed.values());
	for (const record of records) {
		if (taken.has(record)) continue;
		const equals = free.get(record.subject);
		if (equals) equals.push(record);
		else free.set(record.subject, [record]);
	}
	for (const job of jobs) {
		if (claimed.has(job)) continue;
		const record = free.get(job.subject)?.shift();
		if (record) claimed.set(job, record);
	}
	return claimed;
}

/** Writes down that a start is about to be made, before it is. Answers the record, new or changed in place. */
export function plan<Q>(
	records: StartRecord[],
	job: StartJob<Q>,
	key: StartKey,
	at: number,
	earlier?: StartRecord,
): StartRecord {
	const { item, subject, group } = job;
	const record: StartRecord = Object.assign(earlier ?? {}, { item, subject, group, ...key, at });
	delete record.id;
	if (!earlier) records.push(record);
	return record;
}

/** Strikes out a start of which it is sure that no run was made. */
export function strike(records: StartRecord[], record: StartRecord): void {
	const index = records.indexOf(record);
	if (index >= 0) records.splice(index, 1);
}
