import type { IExecuteFunctions } from 'n8n-workflow';
import type { Clock } from '../../runs';
import { clock as realClock } from '../http';
import { isItemError, type ItemError } from './errors';
import { getExecutionState } from './executionState';
import type { ReadItems } from './items';
import type { Result } from './results';
import { attempt, toItemError } from './thrown';
import type { ParsedItem } from './types';

/** The work of an operation. Does it for all the items it is given, and returns one result for each. */
type Work<T> = (items: Array<ParsedItem<T>>) => Promise<Result[]>;

/**
 * Does an operation's work for all valid items, and does it again for those that failed when the node's settings ask
 * for it.
 *
 * n8n's own Retry On Fail needs the node to throw, so together with continue-on-error it does nothing, except when the
 * first item has failed: then it runs the whole node again, as often as it is set to. So the node retries itself, and
 * what it could not do remains as it is when n8n runs it again.
 *
 * @returns the results of all items, those that weren't valid included
 */
export async function runItems<T>(
	context: IExecuteFunctions,
	{ items, errors }: ReadItems<T>,
	work: Work<T>,
	clock: Clock = realClock,
): Promise<Result[]> {
	if (!context.continueOnFail()) return [...errors, ...(await work(items))];

	const { maxTries, waitBetweenMs } = retrySettings(context);
	const final = finalErrors(context, maxTries);
	const results = new Map<number, Result>();
	[...errors, ...Object.values(final)].forEach((error) => results.set(error.item, error));

	const signal = context.getExecutionCancelSignal();
	let left = items.filter(({ item }) => !results.has(item));
	for (let tries = 1; left.length > 0 && tries <= maxTries && !signal?.aborted; tries++) {
		if (tries > 1) await clock.sleep(waitBetweenMs, signal);
		const done = await workOn(left, work);
		done.forEach((result) => results.set(result.item, result));
		left = left.filter(({ item }) => isFailed(results.get(item)));
	}
	if (!signal?.aborted) {
		const failed = [...results.values()].filter(isItemError);
		failed.forEach((error) => (final[error.item] = error));
	}
	return [...results.values()];
}

/** Whatever is thrown for all items together, such as for a missing credential, is the error of each. */
async function workOn<T>(items: Array<ParsedItem<T>>, work: Work<T>): Promise<Result[]> {
	return await attempt(
		async () => await work(items),
		(thrown) => items.map(({ item }) => toItemError(item, thrown)),
	);
}

function isFailed(result: Result | undefined): boolean {
	return result !== undefined && isItemError(result);
}

/** Items that could not be done, for n8n's next run of this node in this execution; forgotten when it never retries. */
function finalErrors(context: IExecuteFunctions, maxTries: number): Record<number, ItemError> {
	if (maxTries === 1) return {};
	return getExecutionState<Record<number, ItemError>>(context, 'finalErrors', {});
}

/** The node's settings, within the limits that n8n sets them. */
function retrySettings(context: IExecuteFunctions): { maxTries: number; waitBetweenMs: number } {
	const { retryOnFail, maxTries, waitBetweenTries } = context.getNode();
	if (retryOnFail !== true) return { maxTries: 1, waitBetweenMs: 0 };
	return {
		maxTries: Math.min(5, Math.max(2, maxTries || 3)),
		waitBetweenMs: Math.min(5000, Math.max(0, waitBetweenTries || 1000)),
	};
}

/** Does the work of all items at the same time. Whatever is thrown for one becomes its own error. */
export async function forEachItem<T>(
	items: Array<ParsedItem<T>>,
	work: (entry: ParsedItem<T>) => Promise<Result>,
): Promise<Result[]> {
	return await Promise.all(
		items.map(async (entry) =>
			attempt(
				async () => await work(entry),
				(thrown) => toItemError(entry.item, thrown),
			),
		),
	);
}
