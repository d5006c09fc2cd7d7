import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isRunId, type StartRequest } from '../api';
import { readWorkflowId } from './parameters';
import { b3osText } from './service';
import {
	ParameterError,
	readNumber,
	readOptions,
	readVariables,
	type StartItem as AnyStartItem,
} from '../../../../nodes/shared/operations';

/** What one item's run is started with. */
export interface StartItem extends AnyStartItem, StartRequest {
	/** Whether the version has to be looked up first. */
	runLive: boolean;
}

/** @throws ParameterError for whatever isn't valid, before it costs anything */
export function readStart(context: IExecuteFunctions, item: number): StartItem {
	const options = readOptions(context, item);
	const workflowId = readWorkflowId(context, item);
	const payload = readVariables(context, b3osText, item);
	const simulate = options.simulate === true;
	const dustTest = options.dustTest === true;
	const runLive = options.runLive === true;
	const hasVersion = options.version !== undefined;
	rejectBoth(simulate && dustTest, 'Simulate', 'Dust Test');
	rejectBoth(runLive && hasVersion, 'Run Live Version', 'Version');
	const triggerNodeId = readText(options, 'triggerNodeId', 'Trigger Node ID');
	const chatMessageId = readText(options, 'chatMessageId', 'Chat Message ID');
	return {
		workflowId,
		startKey: readRunIdOption(options),
		runLive,
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
	const version = readNumber(options, 'version', 'Version', 1);
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
		return String(entered).trim() || undefined;
	}
	throw new ParameterError(`'${label}' must be text`, 'Enter text, or remove the option.');
}
