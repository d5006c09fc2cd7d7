import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { startAll, type StartOutcome, type StartRecord } from '../../runs';
import { clock, type ErrorDetails } from '../http';
import { getExecutionState, getOtherTurns } from './executionState';
import { describeDoubt } from './listDoubt';
import { type Result } from './results';
import { type RunClient } from './runClient';
import { type ParsedItem, type ServiceAdapter } from './types';
import { waitForRun, type WaitedRun, type WaitOptions } from './waitForRuns';

/** What every start of one item has. */
export interface StartItem {
	workflowId: string;
	/** The user's own key: one run per key, also across executions. */
	startKey?: string;
}

type Started<TRun> = Extract<StartOutcome<TRun, ErrorDetails>, { kind: 'started' }>;

/**
 * Starts one run per item, each exactly once: what earlier tries of this execution started is taken up.
 *
 * @param results gets those of items that have no run to go on with
 * @param onStarted called as soon as an item has its run
 */
export async function startRuns<T extends StartItem & TRequest, TApi, TRequest, TRun, TFormat>(
	context: IExecuteFunctions,
	{ text, runs: service, limiter }: RunClient<TApi, TRequest, TRun, TFormat>,
	items: Array<ParsedItem<T>>,
	results: Result[],
	onStarted: (entry: ParsedItem<T>, run: Started<TRun>) => void,
): Promise<void> {
	const inputs = context.getInputData();
	const jobs = items.map((entry) => {
		const { workflowId, startKey } = entry.value;
		const fingerprint = fingerprintOf([workflowId, startKey, inputs[entry.item].json]);
		const asked = startKey === undefined ? undefined : service.userKeys?.textOf(entry.value);
		const requestFingerprint = asked === undefined ? undefined : fingerprintOf(asked);
		return {
			...entry,
			workflowId,
			fingerprint,
			requestFingerprint,
			startKey,
			request: entry.value,
		};
	});
	const deps = {
		service,
		limiter,
		clock,
		newKey: text.newKey,
		records: getExecutionState<StartRecord[]>(context, 'starts', []),
		otherRecords: getOtherTurns<StartRecord[]>(context, 'starts').flat(),
		failFast: !context.continueOnFail(),
	};
	await startAll(jobs, deps, (job, outcome) => {
		if (outcome.kind === 'started') onStarted(job, outcome);
		else results.push(toStartError(text, job, outcome));
	});
}

/** Starts one run per item; follows each from the moment it is started, all together. */
export async function startAndWait<
	T extends StartItem & WaitOptions & TRequest & TFormat,
	TApi,
	TRequest,
	TRun extends WaitedRun,
	TFormat,
>(
	context: IExecuteFunctions,
	client: RunClient<TApi, TRequest, TRun, TFormat>,
	items: Array<ParsedItem<T>>,
	results: Result[],
): Promise<void> {
	const followed: Array<Promise<void>> = [];
	await startRuns(context, client, items, results, (entry, { id, snapshot }) => {
		followed.push(waitForRun(client, entry, id, results, snapshot));
	});
	await Promise.all(followed);
}

function toStartError<TRun, TFormat>(
	{ name, keyText, lookForKey }: ServiceAdapter<TRun, TFormat>,
	{ item, value: { workflowId } }: ParsedItem<StartItem>,
	outcome: Exclude<StartOutcome<TRun, ErrorDetails>, { kind: 'started' }>,
): Result {
	switch (outcome.kind) {
		case 'rejected':
			return { item, ...outcome.error };
		case 'indeterminate':
			return {
				item,
				message:
					`A run of workflow ${workflowId} may have been started with the key ${keyText(outcome.key)}, but it was not found.${describeDoubt(name, outcome.doubt)} ${outcome.error?.message ?? ''}`.trim(),
				description: `Before starting it by hand, ${lookForKey}. Retry On Fail and Executions > Retry look for it themselves.`,
			};
		default:
			return { item, unfinished: outcome.kind };
	}
}

function fingerprintOf(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}
