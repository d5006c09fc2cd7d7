import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { CopyAiRun } from '../../api';
import { copyAiText, createRunClient, runHints, UsedCredits } from '../common';
import type { OutputFormat } from '../output';
import {
	type ParsedItem,
	toNodeOutput,
	type WaitOptions,
	withHints,
} from '../../../shared/operations';
import {
	OUTPUT,
	POLL,
	pollStep,
	prepareSleep,
	readResults,
	type SleepItem,
	type Waiting,
} from '../../../shared/sleep';

type AsleepItem = WaitOptions & SleepItem & OutputFormat & { creditBudget?: number };

/** How an operation waits: asleep after a minute, if its items ask for it and n8n can do it. */
export function prepareWaiting(
	context: IExecuteFunctions,
	items: Array<ParsedItem<AsleepItem>>,
): Waiting<CopyAiRun, OutputFormat> {
	const hasBudget = items.some(({ value }) => value.creditBudget !== undefined);
	return prepareSleep(context, copyAiText, items, {
		credentialType: 'copyAiApi',
		formatOf: ({ simplify, parseJson }) => ({ simplify, parseJson }),
		reason: hasBudget && "'Credit Budget' needs the node to see what each run has cost.",
		keyLabel: 'Start Key',
	});
}

async function poll(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await pollStep<CopyAiRun, OutputFormat>(
		this,
		async ({ concurrency }) => await createRunClient(this, [{ item: 0, value: { concurrency } }]),
	);
}

async function output(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const credits = new UsedCredits();
	const outputs = toNodeOutput(this, copyAiText, credits.add(readResults(this)));
	return withHints(this, outputs, runHints, () => credits.hints());
}

/** Operations that the editor doesn't offer: the steps of the execution that waits while a node sleeps. */
export const helperSteps = { [POLL]: { execute: poll }, [OUTPUT]: { execute: output } };
