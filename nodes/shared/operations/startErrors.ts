import type { StartOutcome } from '../../runs';
import type { ErrorDetails } from '../http';
import { describeDoubt } from './listDoubt';
import type { Result } from './results';
import type { ParsedItem, ServiceAdapter } from './types';

type NotStarted<TRun> = Exclude<StartOutcome<TRun, ErrorDetails>, { kind: 'started' }>;

/** The result of an item that has no run, or of which it is not known. */
export function toStartError<TRun, TFormat>(
	{ name, keyText, sentences }: ServiceAdapter<TRun, TFormat>,
	{ item, value: { workflowId, startKey } }: ParsedItem<{ workflowId: string; startKey?: string }>,
	outcome: NotStarted<TRun>,
): Result {
	switch (outcome.kind) {
		case 'rejected':
			return { item, ...outcome.error, run: { workflowId, startKey } };
		case 'exhausted':
			return {
				item,
				run: { workflowId, startKey },
				message: `No run of workflow ${workflowId} was started for this item, as another start was refused. ${outcome.error.message}`,
				description: outcome.error.description,
			};
		case 'indeterminate': {
			const key = keyText(outcome.key);
			return {
				item,
				run: { workflowId, startKey: key },
				message: [
					`Couldn't confirm whether a run of workflow ${workflowId} was started (start key ${key}).`,
					describeDoubt(name, outcome.doubt),
					outcome.error?.message,
				]
					.filter(Boolean)
					.join(' '),
				description: sentences.afterUnconfirmedStart,
			};
		}
		case 'overBudget':
			return { item, unfinished: outcome.reason };
		default:
			return { item, unfinished: outcome.kind };
	}
}
