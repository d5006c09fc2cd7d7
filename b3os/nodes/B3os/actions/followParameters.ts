import type { IExecuteFunctions } from 'n8n-workflow';
import { nodesOption, onWaitingOption } from './fields';
import { readOutputFormat } from './output';
import { readOnWaiting, readOptionalWorkflowId } from './parameters';
import { b3osText } from './service';
import { concurrencyOption, waitOptions } from '../../../../nodes/shared/descriptions';
import {
	readConcurrency,
	readOptions,
	readRunId,
	readWaitOptions,
} from '../../../../nodes/shared/operations';

/** The options of operations that follow a run which exists. */
export const followOptions = [
	concurrencyOption(b3osText),
	nodesOption,
	onWaitingOption,
	...waitOptions(b3osText),
];

/** What such an operation reads of an item. @throws ParameterError for whatever isn't valid */
export function readFollow(context: IExecuteFunctions, item: number) {
	return {
		workflowId: readOptionalWorkflowId(context, item),
		runId: readRunId(context, item),
		...readWaitOptions(context, item),
		...readOutputFormat(context, item),
		onWaiting: readOnWaiting(readOptions(context, item)),
		concurrency: readConcurrency(context, item),
	};
}
