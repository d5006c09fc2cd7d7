import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isRunId, type StartRequest } from '../api';
import { readWorkflowId } from './parameters';
import { b3osText } from './service';
import {
	ParameterError,
	readKeyText,
	readConcurrency,
	readNumber,
	readOptions,
	readSwitch,
	readVariables,
	type StartItem as AnyStartItem,
} from '../../../../nodes/shared/operations';

/** What one item's run is started with. */
export interface StartItem extends AnyStartItem, StartRequest {
	/** Whether the version has to be looked up first. */
	runLive: boolean;
	concurrency: number;
}

/** @throws ParameterError for whatever isn't valid, before it costs anything */
export function readStart(context: IExecuteFunctions, item: number): StartItem {
	const options = readOptions(context, item);
	const workflowId = readWorkflowId(context, item);
	const { values: payload, nearMatches } = readVariables(context, b3osText, item, options);
	const simulate = readSwitch(options, 'simulate', 'Simulate');
	const dustTest = readSwitch(options, 'dustTest', 'Dust Test');
	const runLive = readSwitch(options, 'runLive', 'Run Live Version');
	const hasVersion = 'version' in options;
	rejectBoth(simulate && dustTest, 'Simulate', 'Dust Test');
	rejectBoth(runLive && hasVersion, 'Run Live Version', 'Version');
	const startKey = readRunIdOption(options);
	const triggerNodeId = readText(options, 'triggerNodeId', 'Trigger Node ID');
	const chatMessageId = readText(options, 'chatMessageId', 'Chat Message ID');
	return {
		workflowId,
		startKey,
		hasEmptyKey: 'runId' in options && startKey === undefined,
		nearMatches,
		runLive,
		concurrency: readConcurrency(context, item),
		body: {
			payload,
			...(hasVersion && { version: readVersion(options) }),
			...(simulate && { simulate }),
			...(dustTest && { dustTest }),
			...(triggerNodeId && { triggerNodeId }),
			...(chatMessageId && { chatMessageId }),
		},
	};
}

function rejectBoth(areBoth: boolean, one: string, other: string): void {
	if (!areBoth) return;
	throw new ParameterError(
		`'${one}' and '${other}' can't be combined`,
		'Remove one of them from the options.',
	);
}

function readVersion(options: IDataObject): number {
	const version = readNumber({ version: options.version ?? '' }, 'version', 'Version', 1);
	if (Number.isInteger(version)) return version;
	throw new ParameterError(
		`'Version' must be a whole number (it is ${version})`,
		'Enter the number of a version of the workflow, such as 3.',
	);
}

function readRunIdOption(options: IDataObject): string | undefined {
	const id = readText(options, 'runId', 'Run ID');
	if (!id || isRunId(id)) return id;
	throw new ParameterError(
		`'Run ID' isn't valid: ${JSON.stringify(id.slice(0, 100))}`,
		'Run IDs start with run_, followed by letters, digits and underscores. Replace all other characters.',
	);
}

function readText(options: IDataObject, name: string, label: string): string | undefined {
	const entered = options[name] ?? '';
	if (typeof entered === 'string' || typeof entered === 'number') {
		return readKeyText(String(entered).trim(), label) || undefined;
	}
	throw new ParameterError(`'${label}' must be text`, 'Enter text, or remove the option.');
}
