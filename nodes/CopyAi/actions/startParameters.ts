import type { IExecuteFunctions } from 'n8n-workflow';
import type { StartRequest } from '../api';
import type { JsonObject } from '../../shared/http';
import { readWorkflowId } from './parameters';
import { copyAiText } from './service';
import {
	ParameterError,
	readObject,
	readOptions,
	readVariables,
	type StartItem as AnyStartItem,
} from '../../shared/operations';

/** A start as one item asks for it. */
type StartItem = AnyStartItem & StartRequest;

/** @throws Refusal for whatever is no good, before it costs anything */
export function readStart(context: IExecuteFunctions, item: number): StartItem {
	const options = readOptions(context, item);
	return {
		workflowId: readWorkflowId(context, item),
		variables: readVariables(context, copyAiText, item),
		metadata: readMetadata(options.metadata),
		startKey: readStartKey(options.startKey),
	};
}

function readMetadata(entered: unknown): JsonObject {
	if (entered === undefined || entered === null || entered === '') return {};
	const metadata = readObject(entered, 'Metadata');
	if ('n8nStartKey' in metadata || 'n8nStartAttempt' in metadata) {
		throw new ParameterError(
			'"Metadata" holds n8nStartKey or n8nStartAttempt, which this node uses itself',
			'Remove it. To start only once per key, use the option Start Key.',
		);
	}
	return metadata;
}

function readStartKey(entered: unknown): string | undefined {
	const isText = typeof entered === 'string' || typeof entered === 'number';
	if (entered === undefined || entered === null) return undefined;
	if (!isText) {
		throw new ParameterError(
			'"Start Key" is not a text',
			'Enter a text that tells this item from all others, such as the ID of its row.',
		);
	}
	return String(entered).trim() || undefined;
}
