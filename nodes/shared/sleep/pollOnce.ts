import type { RunSnapshot, WaitOutcome } from '../../runs';
import { type ErrorDetails, type JsonObject, withoutDeepNesting } from '../http';
import type { AsleepRun, SleepClient } from './types';

/** Long enough for the poller to take all runs of a round together. */
const POLL_ONCE_MS = 1;

/**
 * Polls a run once; if that fails, for three seconds more. Runs that are polled at the same moment share requests.
 *
 * @returns `timedOut` for a run that isn't over, whether or not its own timeout has passed
 */
export async function pollOnce<TRun, TFormat>(
	{ poller }: SleepClient<TRun, TFormat>,
	{ id, value: { workflowId } }: AsleepRun<TRun, TFormat>,
	snapshot?: RunSnapshot<TRun>,
): Promise<WaitOutcome<TRun, ErrorDetails>> {
	return await poller.waitForFinish({ workflowId, id, timeoutMs: POLL_ONCE_MS }, snapshot);
}

/** Whether a run is to be polled again later: it isn't over, and its time isn't up. @param now a date */
export function isOpen<TRun, TFormat>(
	outcome: WaitOutcome<TRun, ErrorDetails>,
	{ deadline }: AsleepRun<TRun, TFormat>,
	now: number,
): outcome is Extract<WaitOutcome<TRun, ErrorDetails>, { kind: 'timedOut' }> {
	return outcome.kind === 'timedOut' && now < deadline;
}

/** A run as n8n can store it. */
export function storableRun<TRun>(run: TRun | undefined): TRun | undefined {
	return run && (withoutDeepNesting(run as JsonObject) as TRun);
}
