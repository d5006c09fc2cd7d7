import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { clock } from '../http/clock';
import { startAll, type StartKey, type StartOutcome } from '../../runs';
import type { Result } from './results';
import type { Fault } from '../http/fault';
import { startRecords, type Tools } from './tools';

/** What every start of one item has. */
export interface StartItem {
	workflowId: string;
	/** The user's own key: one run per key, also across executions. */
	startKey?: string;
}

/**
 * Starts one run per item, each exactly once: what earlier tries of this execution started is taken up.
 *
 * @param newKey makes a key that nobody else has
 * @param each called as soon as the outcome of an item is known
 */
export async function startItems<T extends StartItem & Q, A, Q, R>(
	context: IExecuteFunctions,
	{ service, calls }: Tools<A, Q, R>,
	newKey: () => string,
	items: Array<{ item: number; value: T }>,
	each: (entry: { item: number; value: T }, outcome: StartOutcome<R, Fault>) => void,
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
		newKey,
		records: startRecords(context),
		stopAtTrouble: !context.continueOnFail(),
	};
	await startAll(jobs, tools, (job, outcome) => each(job, outcome));
}

/**
 * The result of an item that has no run to go on with.
 *
 * @param keyText a key as messages show it
 * @param whereToLook how a user finds out whether there is a run of this key
 */
export function startResult<R>(
	item: number,
	{ workflowId }: StartItem,
	outcome: Exclude<StartOutcome<R, Fault>, { kind: 'started' }>,
	keyText: (key: StartKey) => string,
	whereToLook: string,
): Result {
	switch (outcome.kind) {
		case 'refused':
			return { item, ...outcome.fault };
		case 'gaveUp':
			return {
				item,
				message: `A run of workflow ${workflowId} may have been started with the key ${keyText(outcome.key)}, but it was not found. ${outcome.fault.message}`,
				description: `Before starting it by hand, ${whereToLook}. Retry On Fail and Executions > Retry look for it themselves.`,
			};
		default:
			return { item, unfinished: outcome.kind };
	}
}

function fingerprint(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}
