import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { RunService, StartJob } from '../../runs';
import type { ErrorDetails } from '../http';
import { toJsonText } from '../http/jsonText';
import type { ItemError } from './errors';
import type { StartNotes } from './startNotes';
import { toItemError } from './thrown';
import type { ParsedItem } from './types';

/** What every start of one item has. */
export interface StartItem extends StartNotes {
	workflowId: string;
	/** The user's own key: one run per key, also across executions. */
	startKey?: string;
	/** Credits that the runs of the execution may cost together. */
	creditBudget?: number;
	/** How old a run with equal values may be to be used instead of a new one, ms. */
	reuseWithinMs?: number;
}

type Job<T> = ParsedItem<T> & StartJob<T>;

/** Items as jobs for the starter, and the errors of those that can't become one. */
export function toJobs<T extends StartItem & TRequest, TRequest, TRun>(
	context: IExecuteFunctions,
	{ userKeys }: RunService<TRequest, TRun, ErrorDetails>,
	items: Array<ParsedItem<T>>,
): { jobs: Array<Job<T>>; errors: ItemError[] } {
	const inputs = context.getInputData();
	const jobs: Array<Job<T>> = [];
	const errors: ItemError[] = [];
	for (const { item, value } of items) {
		try {
			const { workflowId, startKey, creditBudget, reuseWithinMs } = value;
			const mayShare = startKey !== undefined || reuseWithinMs !== undefined;
			const asked = mayShare ? userKeys?.textOf(value) : undefined;
			jobs.push({
				item,
				value,
				workflowId,
				fingerprint: fingerprintOf([workflowId, startKey, inputs[item].json]),
				requestFingerprint: asked === undefined ? undefined : fingerprintOf(asked),
				startKey,
				creditBudget,
				reuseWithinMs,
				request: value,
			});
		} catch (thrown) {
			errors.push(toItemError(item, thrown));
		}
	}
	return { jobs, errors };
}

/** 22 characters of a hash, such as `pmWkWSBCL51Bfkhn79xPuK`. */
function fingerprintOf(value: unknown): string {
	return createHash('sha256').update(toJsonText(value)).digest('base64url').slice(0, 22);
}
