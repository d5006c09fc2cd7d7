import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { startAll, type StartOutcome, type StartRecord } from '../../runs';
import { clock, type Fault } from '../http';
import { keptOf } from './kept';
import type { Result } from './results';
import type { Tools } from './tools';
import type { Entry, NodeService } from './types';
import { follow, type WaitedRun, type Waiting } from './waiting';

/** What every start of one item has. */
export interface StartItem {
	workflowId: string;
	/** The user's own key: one run per key, also across executions. */
	startKey?: string;
}

type Started<R> = Extract<StartOutcome<R, Fault>, { kind: 'started' }>;

/**
 * Starts one run per item, each exactly once: what earlier tries of this execution started is taken up.
 *
 * @param results gets those of items that have no run to go on with
 * @param each called as soon as an item has its run
 */
export async function startItems<T extends StartItem & Q, A, Q, R, W>(
	context: IExecuteFunctions,
	{ node, service, calls }: Tools<A, Q, R, W>,
	items: Array<Entry<T>>,
	results: Result[],
	each: (entry: Entry<T>, run: Started<R>) => void,
): Promise<void> {
	const inputs = context.getInputData();
	const jobs = items.map((entry) => {
		const { workflowId, startKey } = entry.value;
		const subject = fingerprint([workflowId, startKey, inputs[entry.item].json]);
		return { ...entry, group: workflowId, subject, startKey, request: entry.value };
	});
	const tools = {
		service,
		calls,
		clock,
		newKey: node.newKey,
		records: keptOf<StartRecord[]>(context, 'starts', []),
		stopAtTrouble: !context.continueOnFail(),
	};
	await startAll(jobs, tools, (job, outcome) => {
		if (outcome.kind === 'started') each(job, outcome);
		else results.push(withoutRun(node, job, outcome));
	});
}

/** Starts one run per item; follows each from the moment it is started, all together. */
export async function startAndFollow<
	T extends StartItem & Waiting & Q & W,
	A,
	Q,
	R extends WaitedRun,
	W,
>(
	context: IExecuteFunctions,
	tools: Tools<A, Q, R, W>,
	items: Array<Entry<T>>,
	results: Result[],
): Promise<void> {
	const followed: Array<Promise<void>> = [];
	await startItems(context, tools, items, results, (entry, { id, seen }) => {
		followed.push(follow(tools, entry, id, results, seen));
	});
	await Promise.all(followed);
}

function withoutRun<R, W>(
	{ keyText, lookForKey }: NodeService<R, W>,
	{ item, value: { workflowId } }: Entry<StartItem>,
	outcome: Exclude<StartOutcome<R, Fault>, { kind: 'started' }>,
): Result {
	switch (outcome.kind) {
		case 'refused':
			return { item, ...outcome.fault };
		case 'gaveUp':
			return {
				item,
				message: `A run of workflow ${workflowId} may have been started with the key ${keyText(outcome.key)}, but it was not found. ${outcome.fault.message}`,
				description: `Before starting it by hand, ${lookForKey}. Retry On Fail and Executions > Retry look for it themselves.`,
			};
		default:
			return { item, unfinished: outcome.kind };
	}
}

function fingerprint(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}
