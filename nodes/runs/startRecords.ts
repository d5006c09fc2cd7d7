import type { StartKey } from './types';

/**
 * What is kept of a start for later tries of the same execution. Plain data: it lives in the storage of the layer above
 * and is changed in place, so that what was recorded is known even when everything after is cut off. Its fields are in
 * users' executions: once released, they stay as they are.
 *
 * @example
 *     {
 *       item: 2,
 *       fingerprint: 'hV3k9Qm2TzY0bqA6sXwE1g',
 *       workflowId: 'WCFG-00000000-0000-4000-8000-000000000001',
 *       base: 'order-7',
 *       attempt: 2,
 *       sentAt: 1767225600000,
 *       runId: 'WRUN-00000000-0000-4000-8000-000000000009',
 *     }
 *
 * is the second attempt of the start whose key is `order-7`, made because the first run failed. Its own key is written
 * `order-7.2`; that of the first attempt was `order-7`.
 */
export interface StartRecord {
	/** Index of the item. */
	item: number;
	/** What tells this item's start from another's; see `StartJob.fingerprint`. */
	fingerprint: string;
	/** What the start asked for; see `StartJob.requestFingerprint`. */
	requestFingerprint?: string;
	workflowId: string;
	/** The key without attempt: the user's own, or one that was made for this start. */
	base: string;
	/** From 1; the next one is made only after this one's run failed. */
	attempt: number;
	/** When the start was recorded, or sent last, ms since 1970. */
	sentAt: number;
	/** The run, once it is known. Without it the start may have been made or not. */
	runId?: string;
}

/** A start to be made for one item. */
export interface StartJob<TRequest> {
	/** Index of the item. */
	item: number;
	workflowId: string;
	/** Equal for equal items: a record with another fingerprint is another item's, whatever its index. */
	fingerprint: string;
	/** Equal for starts that may share a run, for services whose users have keys of their own. */
	requestFingerprint?: string;
	/** The user's own key (an idempotency key): one run per key, also across executions. */
	startKey?: string;
	/** Credits that the runs of the execution may cost together. */
	creditBudget?: number;
	/** How old a run with equal values may be to be used instead of a new one, ms. */
	reuseWithinMs?: number;
	request: TRequest;
}

/** Finds each job's record of an earlier try: that of its own index first, then any with the same fingerprint. */
export function matchRecords<TJob extends Pick<StartJob<unknown>, 'item' | 'fingerprint'>>(
	records: StartRecord[],
	jobs: TJob[],
): Map<TJob, StartRecord> {
	const matched = new Map<TJob, StartRecord>();
	const own = new Map(records.map((record) => [`${record.item} ${record.fingerprint}`, record]));
	for (const job of jobs) {
		const record = own.get(`${job.item} ${job.fingerprint}`);
		if (record) matched.set(job, record);
	}

	const used = new Set(matched.values());
	const unused = new Map<string, StartRecord[]>();
	for (const record of records) {
		if (used.has(record)) continue;
		const equals = unused.get(record.fingerprint);
		if (equals) equals.push(record);
		else unused.set(record.fingerprint, [record]);
	}
	for (const job of jobs) {
		if (matched.has(job)) continue;
		const record = unused.get(job.fingerprint)?.shift();
		if (record) matched.set(job, record);
	}
	return matched;
}

/** Writes down that a start is about to be made, before it is. @returns the record, new or changed in place */
export function recordStart<TRequest>(
	records: StartRecord[],
	job: StartJob<TRequest>,
	key: StartKey,
	sentAt: number,
	earlier?: StartRecord,
): StartRecord {
	const { item, fingerprint, requestFingerprint, workflowId } = job;
	const record: StartRecord = Object.assign(earlier ?? {}, {
		item,
		fingerprint,
		...(requestFingerprint !== undefined && { requestFingerprint }),
		workflowId,
		...key,
		sentAt,
	});
	delete record.runId;
	if (!earlier) records.push(record);
	return record;
}

/** The record of the start that made a run, if there is one. The latest are the ones that are asked for most. */
export function recordOf(records: StartRecord[], runId: string): StartRecord | undefined {
	return records.findLast((record) => record.runId === runId);
}

/** Removes the record of a start of which it is sure that no run was made. */
export function removeRecord(records: StartRecord[], record: StartRecord): void {
	const index = records.indexOf(record);
	if (index >= 0) records.splice(index, 1);
}
