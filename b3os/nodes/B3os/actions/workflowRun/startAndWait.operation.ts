import type { IExecuteFunctions, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';
import { StartLog } from '../../api';
import {
	b3osText,
	cancelOnStopOption,
	createRunClient,
	draftHint,
	nodesOption,
	onWaitingOption,
	partialHint,
	prepareCancel,
	readOnWaiting,
	readOutputFormat,
	readStart,
	startOptions,
	variableFields,
	wantedOf,
	withLiveVersions,
	workflowField,
} from '../common';
import {
	allowEmptyOption,
	concurrencyOption,
	optionsField,
	showFor,
	simplifyField,
	waitOptions,
} from '../../../../../nodes/shared/descriptions';
import {
	getExecutionState,
	readItems,
	readOptions,
	readSwitch,
	readWaitOptions,
	runItems,
	startHints,
	startRuns,
	toNodeOutput,
	withHints,
} from '../../../../../nodes/shared/operations';
import { readSleep, sleepOption } from '../../../../../nodes/shared/sleep';
import { prepareWaiting } from './asleep';

export const description = showFor('workflowRun', 'startAndWait', [
	workflowField,
	...variableFields,
	simplifyField,
	optionsField([
		allowEmptyOption,
		concurrencyOption(b3osText),
		...startOptions,
		...waitOptions(b3osText),
		cancelOnStopOption,
		nodesOption,
		onWaitingOption,
		sleepOption,
	]),
]);

/** Starts one run per item, and waits for each from the moment it is started. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const read = await readItems(this, b3osText, (item) => readItem(this, item));
	const waiting = prepareWaiting(this, read.items);
	const isCanceling = read.items.some(({ value }) => value.cancelOnStop);
	const startedBefore = isCanceling ? getExecutionState<string[]>(this, 'startedRuns', []) : [];
	const starts = new StartLog(startedBefore);
	const cancelStarted = isCanceling ? await prepareCancel(this, starts) : undefined;
	const hints: NodeExecutionHint[] = [];
	const results = await runItems(this, read, async (valid) => {
		const client = await createRunClient(this, valid, starts);
		const { items, results: unversioned } = await withLiveVersions(this, client, valid);
		const [finished, drafts] = await Promise.all([
			startRuns(
				this,
				client,
				items,
				async (entry, { id, snapshot, startKey, reused: isReused }) => {
					const { value } = entry;
					if (!value.cancelOnStop) starts.end(id);
					else if (value.startKey === undefined) starts.confirm(id);
					client.wanted.add(id, wantedOf(value, value.onWaiting));
					return await waiting.wait(client, entry, id, { snapshot, startKey, isReused });
				},
			),
			draftHint(this, client, items),
		]);
		hints.push(...drafts);
		return [...unversioned, ...finished];
	});
	const isStopped = this.getExecutionCancelSignal()?.aborted === true;
	const canceled = isStopped && cancelStarted ? { afterStop: await cancelStarted() } : {};
	const text = { ...b3osText, sentences: { ...b3osText.sentences, ...canceled } };
	const outputs = isStopped ? toNodeOutput(this, text, results) : await waiting.finish(results);
	return withHints(
		this,
		outputs,
		() => hints,
		partialHint,
		() => startHints(read.items, 'Run ID'),
		() => waiting.hints(),
	);
}

/** @throws ParameterError for whatever isn't valid, before it costs anything */
function readItem(context: IExecuteFunctions, item: number) {
	const options = readOptions(context, item);
	return {
		...readStart(context, item),
		...readWaitOptions(context, item),
		...readOutputFormat(context, item),
		onWaiting: readOnWaiting(options),
		cancelOnStop: readSwitch(options, 'cancelOnStop', 'Cancel on Stop'),
		sleepWhileWaiting: readSleep(context, item),
	};
}
