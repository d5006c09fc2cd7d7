import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { Answer } from '../../../../nodes/runs';
import type { ErrorDetails } from '../../../../nodes/shared/http';
import { isRunId, type StartRequest } from '../api';
import { readWorkflowId } from './parameters';
import { b3osText } from './service';
import type { RunClient } from './runClient';
import {
	type ItemError,
	ParameterError,
	type ParsedItem,
	readNumber,
	readOptions,
	readVariables,
	rejectInvalidItems,
	type Result,
	type StartItem as AnyStartItem,
	type Unfinished,
} from '../../../../nodes/shared/operations';

/** A start as one item asks for it. */
export interface StartItem extends AnyStartItem, StartRequest {
	/** Whether the version is to be looked up. */
	runLive: boolean;
}

/** @throws Refusal for whatever is no good, before it costs anything */
export function readStart(context: IExecuteFunctions, item: number): StartItem {
	const options = readOptions(context, item);
	const workflowId = readWorkflowId(context, item);
	const payload = readVariables(context, b3osText, item);
	const [simulate, dustTest, runLive] = ['simulate', 'dustTest', 'runLive'].map(
		(name) => options[name] === true,
	);
	refuseBoth(simulate && dustTest, 'Simulate', 'Dust Test');
	refuseBoth(runLive && options.version !== undefined, 'Run Live Version', 'Version');
	const triggerNodeId = readText(options, 'triggerNodeId', 'Trigger Node ID');
	const chatMessageId = readText(options, 'chatMessageId', 'Chat Message ID');
	return {
		workflowId,
		startKey: readRunIdOption(options),
		runLive,
		body: {
			payload,
			...(options.version !== undefined && { version: readVersion(options) }),
			...(simulate && { simulate }),
			...(dustTest && { dustTest }),
			...(triggerNodeId && { triggerNodeId }),
			...(chatMessageId && { chatMessageId }),
		},
	};
}

function refuseBoth(areBoth: boolean, one: string, other: string): void {
	if (!areBoth) return;
	throw new ParameterError(
		`"${one}" and "${other}" are both set`,
		'B3OS takes only one of them. Remove the other from the options.',
	);
}

function readVersion(options: IDataObject): number {
	const version = readNumber(options, 'version', 'Version', 1);
	if (Number.isInteger(version)) return version;
	throw new ParameterError(
		`"Version" is ${version}, which is not a whole number`,
		'Enter the number of a version of the workflow, such as 3.',
	);
}

function readRunIdOption(options: IDataObject): string | undefined {
	const id = readText(options, 'runId', 'Run ID');
	if (!id || isRunId(id)) return id;
	throw new ParameterError(
		`"Run ID" is ${JSON.stringify(id.slice(0, 100))}, which B3OS does not take`,
		'It begins with run_, then come letters, digits and underscores. Replace all other characters.',
	);
}

function readText(options: IDataObject, name: string, label: string): string | undefined {
	const entered = options[name] ?? '';
	if (typeof entered === 'string' || typeof entered === 'number') {
		return String(entered).trim() || undefined;
	}
	throw new ParameterError(
		`"${label}" is not a text`,
		'Enter a text, or remove it from the options.',
	);
}

/**
 * The items with the live version of their workflow put in where it is asked for, looked up once per workflow.
 *
 * @param results gets those that can't go on
 */
export async function withLiveVersions<T extends StartItem>(
	context: IExecuteFunctions,
	{ api, retry }: RunClient,
	items: Array<ParsedItem<T>>,
	results: Result[],
): Promise<Array<ParsedItem<T>>> {
	const versions = new Map<string, Promise<Answer<number, ErrorDetails>>>();
	const entries = await Promise.all(
		items.map(async (entry): Promise<ParsedItem<T> | ItemError | Unfinished> => {
			const { item, value } = entry;
			if (!value.runLive) return entry;
			const { workflowId, body } = value;
			const lookUp = versions.get(workflowId) ?? retry(() => api.getLiveVersion(workflowId));
			versions.set(workflowId, lookUp);
			const answer = await lookUp;
			if (answer.kind === 'aborted') return { item, unfinished: 'aborted' };
			if (answer.kind !== 'ok') return { item, ...answer.error };
			return { item, value: { ...value, body: { ...body, version: answer.value } } };
		}),
	);
	results.push(...entries.filter(isUnfinished));
	const read = entries.filter((entry): entry is ParsedItem<T> | ItemError => !isUnfinished(entry));
	return rejectInvalidItems(context, b3osText, read, results);
}

function isUnfinished(entry: object): entry is Unfinished {
	return 'unfinished' in entry;
}
