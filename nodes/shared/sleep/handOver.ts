import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { clock } from '../http';
import {
	attempt,
	type Result,
	type ServiceAdapter,
	toStorable,
	type WaitedRun,
} from '../operations';
import { helperWorkflow } from './helperWorkflow';
import { progressItems, toStatusItem } from './progressItems';
import { countPolls, nextWake } from './schedule';
import { toStateItem } from './steps';
import type { AsleepRun } from './types';

/** How many runs the note of a helper names. */
const MAX_NAMED = 50;

/**
 * Hands runs over to a helper execution, and puts this one to sleep until that is done. Its output takes the place of
 * the node's input, which n8n lets through the sleeping node: one item for each input item, in order.
 *
 * @param results of all items, those asleep included
 * @returns what the editor shows meanwhile; nothing if n8n refused, and then the execution isn't asleep
 */
export async function handOver<TRun extends WaitedRun, TFormat>(
	context: IExecuteFunctions,
	text: ServiceAdapter<TRun, TFormat>,
	runs: Array<AsleepRun<TRun, TFormat>>,
	results: Result[],
	concurrency: number,
): Promise<INodeExecutionData[] | undefined> {
	const now = clock.now();
	const polls = countPolls(now, runs);
	const state = {
		wakeAt: nextWake(now, runs),
		isFresh: true,
		pollsLeft: polls,
		concurrency,
		runs,
		results: results.filter((result) => !isAsleep(result)).map(toStorable),
	};
	const code = helperWorkflow(context.getNode(), polls + 1, noteOn(context, text.name, runs));
	const parentExecution = {
		executionId: context.getExecutionId(),
		workflowId: context.getWorkflow().id ?? '',
		shouldResume: true,
	};
	const helper = await attempt(
		async () =>
			await context.executeWorkflow({ code }, [toStateItem(state)], undefined, { parentExecution }),
		() => undefined,
	);
	if (!helper) return undefined;
	if (!helper.waitTill) return helper.data[0] ?? [];
	const ids = runs.map(({ id }) => id).slice(0, MAX_NAMED);
	context.logger.info(`${text.name}: execution ${helper.executionId} waits for ${ids.join(', ')}`);
	// What flows on if a user stops the sleeping execution and retries it: n8n lets the node's input through then.
	const input = context.getInputData();
	input.splice(0, input.length, ...progressItems(runs, state.results, toStatusItem));
	return runs.map(toStatusItem);
}

function isAsleep(result: Result): boolean {
	return 'unfinished' in result && result.unfinished === 'asleep';
}

function noteOn<TRun extends WaitedRun, TFormat>(
	context: IExecuteFunctions,
	service: string,
	runs: Array<AsleepRun<TRun, TFormat>>,
): string {
	const named = runs
		.slice(0, MAX_NAMED)
		.map(({ id, value: { workflowId } }) => `- ${id}${workflowId ? ` of ${workflowId}` : ''}`);
	const more = runs.length > MAX_NAMED ? [`- and ${runs.length - MAX_NAMED} more`] : [];
	return [
		`## Waits for execution ${context.getExecutionId()}`,
		`The node '${context.getNode().name}' sleeps until these ${service} runs are over. Nothing is started here.`,
		...named,
		...more,
		'',
		'If this execution ends with an error, the runs go on all the same: execute the same rows again with a key of your own, or get the output with the Wait operation.',
	].join('\n');
}
