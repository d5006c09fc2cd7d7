import type { IExecuteFunctions } from 'n8n-workflow';
import type { RunInfo } from './types';

/** How many IDs of runs one line of the log names. */
const MAX_LOGGED = 100;

/**
 * Says in the browser's console of a manual execution that a run was started: n8n shows nothing else of a node that still
 * works, and after Stop this is where its runs can be found.
 */
export function showStarted(
	context: IExecuteFunctions,
	{ name }: { name: string },
	{
		item,
		id,
		workflowId,
		isReused,
	}: { item: number; id: string; workflowId: string; isReused: boolean },
): void {
	const what = isReused ? 'uses' : 'started';
	tell(() =>
		context.sendMessageToUI(`${name}: item ${item} ${what} run ${id} of workflow ${workflowId}`),
	);
}

/** Names in n8n's log the runs that were waited for when a user stopped the execution, as n8n shows no message then. */
export function logStopped(
	context: IExecuteFunctions,
	{ name }: { name: string },
	runs: Array<RunInfo | undefined>,
): void {
	const ids = runs.flatMap((run) => run?.runId ?? []);
	if (ids.length === 0) return;
	const more = ids.length > MAX_LOGGED ? ` and ${ids.length - MAX_LOGGED} more` : '';
	const shown = ids.slice(0, MAX_LOGGED).join(', ');
	tell(() => context.logger.info(`${name}: stopped while these runs continue: ${shown}${more}`));
}

/** The work counts, not what is said of it. */
function tell(say: () => void): void {
	try {
		say();
	} catch {
		// Nobody is there to hear it.
	}
}
