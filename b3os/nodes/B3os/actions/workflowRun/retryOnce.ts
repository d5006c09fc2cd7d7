import type { IExecuteFunctions } from 'n8n-workflow';
import { toRun } from '../../api';
import type { Answer } from '../../../../../nodes/runs';
import type { ErrorDetails } from '../../../../../nodes/shared/http';
import { getExecutionState } from '../../../../../nodes/shared/operations';
import type { RunClient } from '../common';

/** B3OS continues runs with one of these statuses. */
const RETRYABLE = ['failure', 'cancelled'];

/** What earlier tries of this execution have retried, by the run's ID; without `newId` the answer was lost. */
type Retries = Record<string, { newId?: string }>;

/** The run that continues another one. */
export interface RetriedRun {
	id: string;
	workflowId: string;
}

/**
 * Retries each run once in an execution, however many items name it and however often n8n tries the node again: nothing
 * keeps B3OS from making two runs of two calls. A call whose answer was lost is never made again.
 *
 * @returns retries a run. It answers `rejected` for one that hasn't failed, and when it isn't known whether it was retried
 */
export function retryOnce(
	context: IExecuteFunctions,
	client: RunClient,
): (workflowId: string, id: string) => Promise<Answer<RetriedRun, ErrorDetails>> {
	const retries = getExecutionState<Retries>(context, 'retries', {});
	const inFlight = new Map<string, Promise<Answer<RetriedRun, ErrorDetails>>>();
	return async (workflowId, id) => {
		const retrying = inFlight.get(id) ?? retryRun(client, retries, workflowId, id);
		inFlight.set(id, retrying);
		return await retrying;
	};
}

async function retryRun(
	{ api, retry }: RunClient,
	retries: Retries,
	givenWorkflowId: string,
	id: string,
): Promise<Answer<RetriedRun, ErrorDetails>> {
	const known = Object.hasOwn(retries, id) ? retries[id] : undefined;
	if (known && known.newId === undefined) return { kind: 'rejected', error: unconfirmed(id) };
	const read = await retry(async () => await api.getRun(id, 'summary'));
	if (read.kind !== 'ok') return read;
	const { status, workflowId } = toRun(read.value, givenWorkflowId);
	if (known?.newId !== undefined) return { kind: 'ok', value: { id: known.newId, workflowId } };
	if (!RETRYABLE.includes(status)) return { kind: 'rejected', error: notFailed(id, status) };

	retries[id] = {};
	// What surely wasn't processed is sent again; after a lost answer that would be a second run.
	const answer = await retry(async () => {
		const sent = await api.retryRun(id);
		return sent.kind === 'indeterminate'
			? { kind: 'alreadyExists' as const, error: unconfirmed(id, sent.error) }
			: sent;
	});
	if (answer.kind === 'ok') {
		retries[id].newId = answer.value;
		return { kind: 'ok', value: { id: answer.value, workflowId } };
	}
	const mayExist = answer.kind === 'aborted' || answer.kind === 'alreadyExists';
	if (!mayExist) delete retries[id];
	return answer;
}

function unconfirmed(id: string, lost?: ErrorDetails): ErrorDetails {
	return {
		message: [`Couldn't confirm whether run ${id} was retried.`, lost?.message]
			.filter(Boolean)
			.join(' '),
		description:
			"Check B3OS for a new run of the same workflow before you retry it again. This execution doesn't send it a second time.",
	};
}

function notFailed(id: string, status: string): ErrorDetails {
	return {
		message: `Run ${id} has the status ${status || 'unknown'}, so it wasn't retried`,
		description: 'Only runs with the status failure or cancelled can be retried.',
	};
}
