import type { IExecuteFunctions } from 'n8n-workflow';
import { endpoints, type StartLog } from '../api';
import { type Answer, RequestLimiter, retry } from '../../../../nodes/runs';
import { clock, type ErrorDetails } from '../../../../nodes/shared/http';

/** B3OS answers this for a run that has already finished. */
const CONFLICT = 409;
const CONCURRENCY = 10;
const MAX_ATTEMPTS = 3;
/** A start that was under way when the user stopped can show this much later, ms. */
const NOT_FOUND_DELAYS_MS = [500, 1_000, 2_000];

/** What became of canceling a run. */
type Outcome = { id: string } & (
	| { kind: 'canceled' | 'finished' | 'notFound' }
	| { kind: 'failed'; reason: string }
);

/**
 * Prepares canceling what a node has started, while its credential can still be read.
 *
 * @returns cancels, after a stop, the runs in the log that may be in progress, and says in one text what became of them.
 * What couldn't be canceled is logged too, as n8n shows no message of a stopped node
 * @throws what n8n throws when the credential can't be read
 */
export async function prepareCancel(
	context: IExecuteFunctions,
	starts: StartLog,
): Promise<() => Promise<string>> {
	const api = await endpoints(unstoppable(context));
	const limiter = new RequestLimiter<ErrorDetails>(CONCURRENCY, undefined, clock);
	const cancelRun = async (id: string): Promise<Answer<unknown, ErrorDetails>> =>
		await retry(async () => await api.cancelRun(id), limiter, clock, MAX_ATTEMPTS);

	const cancel = async (id: string): Promise<Outcome> => {
		let answer = await cancelRun(id);
		for (const delayMs of NOT_FOUND_DELAYS_MS) {
			if (answer.kind !== 'notFound') break;
			await clock.sleep(delayMs);
			answer = await cancelRun(id);
		}
		if (answer.kind === 'ok') return { id, kind: 'canceled' };
		if (answer.kind === 'notFound') return { id, kind: 'notFound' };
		if (answer.kind === 'aborted') return { id, kind: 'failed', reason: 'stopped' };
		const { httpCode, message } = answer.error;
		return httpCode === CONFLICT
			? { id, kind: 'finished' }
			: { id, kind: 'failed', reason: message };
	};

	return async () => {
		const { own, unsure } = starts.open();
		const outcomes = await Promise.all(own.map(cancel));
		const failures = describeFailures(outcomes, unsure);
		if (failures) context.logger.warn(`B3OS: ${failures}`);
		return [describe(outcomes), failures].filter(Boolean).join(' ');
	};
}

/** The context of a node that sends requests after the execution was stopped, too. */
function unstoppable(context: IExecuteFunctions): IExecuteFunctions {
	return Object.create(context, {
		getExecutionCancelSignal: { value: () => undefined },
	}) as IExecuteFunctions;
}

function describe(outcomes: Outcome[]): string {
	const idsOf = (kind: Outcome['kind']) =>
		outcomes.filter((outcome) => outcome.kind === kind).map(({ id }) => id);
	const canceled = idsOf('canceled');
	const finished = idsOf('finished');
	if (canceled.length + finished.length === 0) return 'No run was in progress in B3OS.';
	return [
		canceled.length > 0 && `Canceled in B3OS: ${canceled.join(', ')}.`,
		finished.length > 0 && `Already finished: ${finished.join(', ')}.`,
	]
		.filter(Boolean)
		.join(' ');
}

function describeFailures(outcomes: Outcome[], unsure: string[]): string {
	const failed = outcomes.flatMap((outcome) =>
		outcome.kind === 'failed' ? [`${outcome.id} (${outcome.reason})`] : [],
	);
	const missing = outcomes.filter(({ kind }) => kind === 'notFound').map(({ id }) => id);
	return [
		failed.length > 0 && `Couldn't cancel ${failed.join(', ')}.`,
		missing.length > 0 &&
			`Not found, so maybe not started, or started later: ${missing.join(', ')}.`,
		unsure.length > 0 &&
			`Not canceled, as another execution may have started it under the same run ID: ${unsure.join(', ')}.`,
	]
		.filter(Boolean)
		.join(' ');
}
