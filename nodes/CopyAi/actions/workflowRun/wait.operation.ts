import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	copyAiText,
	createRunClient,
	parseJsonOption,
	readOutputFormat,
	readWorkflowId,
	runField,
	runHints,
	UsedCredits,
	workflowField,
} from '../common';
import {
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
	waitOptions,
} from '../../../shared/descriptions';
import {
	forEachItem,
	readConcurrency,
	readItems,
	readRunId,
	readWaitOptions,
	runItems,
	withHints,
} from '../../../shared/operations';
import { readSleep, sleepOption } from '../../../shared/sleep';
import { prepareWaiting } from './asleep';

export const description = showFor('workflowRun', 'wait', [
	workflowField,
	runField,
	simplifyField,
	optionsField([
		concurrencyOption(copyAiText),
		parseJsonOption,
		sleepOption,
		...waitOptions(copyAiText),
	]),
]);

/** Waits for existing runs, all at the same time. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, copyAiText, (item) => ({
		workflowId: readWorkflowId(this, item),
		runId: readRunId(this, item),
		...readWaitOptions(this, item),
		...readOutputFormat(this, item),
		concurrency: readConcurrency(this, item),
		sleepWhileWaiting: readSleep(this, item),
	}));
	const waiting = prepareWaiting(this, read.items);

	const credits = new UsedCredits();
	const results = await runItems(this, read, async (items) => {
		const client = await createRunClient(this, items);
		const waited = await forEachItem(
			items,
			async (entry) => await waiting.wait(client, entry, entry.value.runId),
		);
		return credits.add(waited);
	});
	const outputs = await waiting.finish(results);
	return withHints(
		this,
		outputs,
		runHints,
		() => credits.hints(),
		() => waiting.hints(),
	);
}
