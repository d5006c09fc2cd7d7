import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { B3osRun } from '../../api';
import { b3osText, createRunClient, partialHint, wantedOf } from '../common';
import type { OutputFormat } from '../output';
import type { OnWaiting } from '../parameters';
import {
	type ParsedItem,
	toNodeOutput,
	type WaitOptions,
	withHints,
} from '../../../../../nodes/shared/operations';
import {
	OUTPUT,
	POLL,
	pollStep,
	prepareSleep,
	readResults,
	type SleepItem,
	type Waiting,
} from '../../../../../nodes/shared/sleep';

/** How a run is output, and when. */
type AsleepFormat = OutputFormat & { onWaiting: OnWaiting };

type AsleepItem = WaitOptions & SleepItem & AsleepFormat & { cancelOnStop?: boolean };

/** How an operation waits: asleep after a minute, if its items ask for it and n8n can do it. */
export function prepareWaiting(
	context: IExecuteFunctions,
	items: Array<ParsedItem<AsleepItem>>,
): Waiting<B3osRun, AsleepFormat> {
	const isCanceling = items.some(({ value }) => value.cancelOnStop);
	return prepareSleep<B3osRun, AsleepFormat>(context, b3osText, items, {
		credentialType: 'b3osApi',
		formatOf: ({ simplify, nodeIds, onWaiting }) => ({ simplify, nodeIds, onWaiting }),
		reason: isCanceling && "'Cancel on Stop' needs the node to be awake.",
		keyLabel: 'Run ID',
	});
}

async function poll(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await pollStep<B3osRun, AsleepFormat>(this, async ({ concurrency, runs }) => {
		const client = await createRunClient(this, [{ item: 0, value: { concurrency } }]);
		runs.forEach(({ id, value }) => client.wanted.add(id, wantedOf(value, value.onWaiting)));
		return client;
	});
}

async function output(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return withHints(this, toNodeOutput(this, b3osText, readResults(this)), partialHint);
}

/** Operations that the editor doesn't offer: the steps of the execution that waits while a node sleeps. */
export const helperSteps = { [POLL]: { execute: poll }, [OUTPUT]: { execute: output } };
