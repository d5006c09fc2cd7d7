import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	copyAiText,
	createRunClient,
	creditBudgetOption,
	metadataOption,
	parseJsonOption,
	readOutputFormat,
	readStart,
	reuseWithinOption,
	runHints,
	sampleRequestOption,
	startKeyOption,
	UsedCredits,
	variableFields,
	workflowField,
} from '../common';
import {
	allowEmptyOption,
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
	waitOptions,
} from '../../../shared/descriptions';
import {
	readCreditBudget,
	readItems,
	readOptions,
	readWaitOptions,
	runItems,
	startAndWait,
	spentCredits,
	startHints,
	StartReport,
	withHints,
} from '../../../shared/operations';
import { readSleep, sleepOption } from '../../../shared/sleep';
import { prepareWaiting } from './asleep';

export const description = showFor('workflowRun', 'startAndWait', [
	workflowField,
	...variableFields,
	simplifyField,
	optionsField([
		allowEmptyOption,
		concurrencyOption(copyAiText),
		creditBudgetOption,
		metadataOption,
		parseJsonOption,
		reuseWithinOption,
		sampleRequestOption,
		sleepOption,
		startKeyOption,
		...waitOptions(copyAiText),
	]),
]);

/** Starts one run per item, and waits for each from the moment it is started. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, copyAiText, (item) => ({
		...readStart(this, item),
		...readWaitOptions(this, item),
		...readOutputFormat(this, item),
		creditBudget: readCreditBudget(readOptions(this, item)),
		sleepWhileWaiting: readSleep(this, item),
	}));
	const waiting = prepareWaiting(this, read.items);
	const credits = new UsedCredits(spentCredits(this));
	const report = new StartReport();
	const results = await runItems(this, read, async (items) => {
		const client = await createRunClient(this, items);
		return credits.add(
			await startAndWait(
				this,
				client,
				items,
				report,
				async (...args) => await waiting.wait(client, ...args),
			),
		);
	});
	const outputs = await waiting.finish(results);
	return withHints(
		this,
		outputs,
		runHints,
		() => credits.hints(),
		() => startHints(read.items, 'Start Key'),
		() => report.hints(read.items.length),
		() => waiting.hints(),
	);
}
