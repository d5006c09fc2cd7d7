import type { IExecuteFunctions } from 'n8n-workflow';
import { holdsApiKey, type StartRequest } from '../api';
import type { JsonObject } from '../../shared/http';
import { readWorkflowId } from './parameters';
import { copyAiText } from './service';
import {
	ParameterError,
	readKeyText,
	readObject,
	readConcurrency,
	readOptions,
	readReuseWithin,
	readVariables,
	type StartItem as AnyStartItem,
} from '../../shared/operations';

/** What one item's run is started with. */
type StartItem = AnyStartItem & StartRequest & { concurrency: number };

/** @throws ParameterError for whatever isn't valid, before it costs anything */
export function readStart(context: IExecuteFunctions, item: number): StartItem {
	const options = readOptions(context, item);
	const workflowId = readWorkflowId(context, item);
	rejectApiKey(options.sampleRequest);
	const { values, nearMatches, metadata } = readVariables(context, copyAiText, item, options);
	const startKey = readStartKey(options.startKey);
	return {
		workflowId,
		variables: values,
		metadata: readMetadata(options.metadata, metadata),
		startKey,
		reuseWithinMs: readReuseWithin(options),
		concurrency: readConcurrency(context, item),
		hasEmptyKey: 'startKey' in options && startKey === undefined,
		nearMatches,
	};
}

/** The text of the option is saved with the workflow, which is exported and shared. */
function rejectApiKey(sample: unknown): void {
	if (typeof sample !== 'string' || !holdsApiKey(sample)) return;
	throw new ParameterError(
		"'Sample Request' contains an API key",
		'Delete the key there, or replace it with YOUR_API_KEY: workflows are exported and shared. The node uses the key in its credential.',
	);
}

/** @param inBody what came with the variables; the option's values come first */
function readMetadata(entered: unknown, inBody: JsonObject = {}): JsonObject {
	const isEmpty = entered === undefined || entered === null || entered === '';
	const metadata = { ...inBody, ...(isEmpty ? {} : readObject(entered, 'Metadata')) };
	if ('n8nStartKey' in metadata || 'n8nStartAttempt' in metadata) {
		throw new ParameterError(
			"'Metadata' contains n8nStartKey or n8nStartAttempt, which are reserved for this node",
			"Remove them. To avoid starting a run twice, use the 'Start Key' option.",
		);
	}
	return metadata;
}

function readStartKey(entered: unknown): string | undefined {
	if (entered === undefined || entered === null) return undefined;
	if (typeof entered === 'string' || typeof entered === 'number') {
		return readKeyText(String(entered).trim(), 'Start Key') || undefined;
	}
	throw new ParameterError(
		"'Start Key' must be text or a number",
		'Enter a value that uniquely identifies this item, such as its row ID.',
	);
}
