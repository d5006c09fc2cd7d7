import { type INodeExecutionData, type IPollFunctions, NodeOperationError } from 'n8n-workflow';
import { endpoints } from '../B3os/api';
import type { Answer } from '../../../nodes/runs';
import { clock, type ErrorDetails } from '../../../nodes/shared/http';
import {
	beginCatchUp,
	type CatchUpState,
	findEvents,
	type ListedRun,
	MAX_SEEN,
	readState,
	skipReport,
	strings,
} from '../../../nodes/shared/trigger';
import { readEvents, readNewest } from './readEvents';
import { createRetry, listRuns, lookUp } from './runList';
import { readSettings } from './settings';

/** Events that one poll outputs; the next one outputs the rest. */
export const MAX_EVENTS = 100;
/** Unfinished runs that are remembered. */
export const MAX_WATCHED = 200;

/** Contexts whose first poll is done: n8n makes one when a workflow is activated, and keeps it. */
const begun = new WeakSet<IPollFunctions>();

/** Before the first poll there are no events. */
const NEVER: CatchUpState = { scope: '', since: Infinity, open: [] };

/**
 * Finds the events since the last poll, each once: oldest run first, those of the newest 500 runs of the last 24 hours.
 * The first poll after an activation only remembers what there is. A test gets the newest event.
 *
 * @throws NodeOperationError if the runs can't be listed
 */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const settings = readSettings(context);
	const { events, workflowId } = settings;
	const api = await endpoints(context);
	const tryAgain = createRetry();
	if (context.getMode() === 'manual') {
		const listed = await listRuns(api, tryAgain, workflowId, () => true);
		if (listed.kind !== 'ok') throw toNodeError(context, listed);
		return await readNewest(api, tryAgain, listed.value, settings);
	}

	const data = context.getWorkflowStaticData('node');
	const state = readState(data);
	const scope = JSON.stringify([workflowId, ...[...events].sort()]);
	const isActivation = context.getActivationMode() === 'activate' && !begun.has(context);
	const isFirst = isActivation || state.catchUp?.scope !== scope;
	const catchUp = isFirst ? NEVER : (state.catchUp ?? NEVER);
	const seen = new Set(state.seen);
	const find = (runs: ListedRun[]) =>
		findEvents(runs, catchUp, events, (key) => seen.has(key), clock.now());

	const isHandled = (run: ListedRun) => run.isFinished === true && find([run]).due.length === 0;
	const listed = await listRuns(api, tryAgain, workflowId, isHandled);
	if (listed.kind !== 'ok') {
		if (isFirst || !isTemporary(listed)) throw toNodeError(context, listed);
		context.logger.warn(
			`B3OS Trigger couldn't list the runs: ${toNodeError(context, listed).message}`,
		);
		return null;
	}
	if (isFirst) {
		const first = beginCatchUp(scope, listed.value, clock.now());
		data.catchUp = { ...first.state };
		data.seen = [...new Set([...state.seen, ...first.keys])].slice(-MAX_SEEN);
		data.watched = unfinished(listed.value);
		begun.add(context);
		return null;
	}

	const listedIds = new Set(listed.value.map(({ id }) => id));
	const missing = strings(data.watched).filter((id) => !listedIds.has(id));
	const lookedUp = await lookUp(api, tryAgain, missing);
	const runs = [...listed.value, ...lookedUp.runs];
	const { due, skipped } = find(runs);
	if (skipped.length > 0) {
		const { lines, since, open } = skipReport(runs, skipped);
		for (const line of lines) context.logger.warn(`B3OS Trigger ${line}`);
		data.catchUp = { ...catchUp, since, open };
	}
	const { items, keys } = await readEvents(api, tryAgain, due.slice(0, MAX_EVENTS), settings);
	data.watched = [...lookedUp.left, ...unfinished(runs)].slice(-MAX_WATCHED);
	data.seen = [...state.seen, ...keys].slice(-MAX_SEEN);
	return items.length > 0 ? [items] : null;
}

function unfinished(runs: ListedRun[]): string[] {
	return runs.filter(({ isFinished }) => !isFinished).map(({ id }) => id);
}

type Failure = Exclude<Answer<unknown, ErrorDetails>, { kind: 'ok' }>;

function isTemporary({ kind }: Failure): boolean {
	return kind === 'retryable' || kind === 'indeterminate';
}

function toNodeError(context: IPollFunctions, answer: Failure): NodeOperationError {
	const { message, description } =
		'error' in answer ? answer.error : { message: 'The request was canceled', description: '' };
	const error = new NodeOperationError(context.getNode(), message, { description });
	// n8n replaces a message that contains a network code.
	error.message = message;
	return error;
}
