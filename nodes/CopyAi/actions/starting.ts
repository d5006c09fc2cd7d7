import type { IExecuteFunctions } from 'n8n-workflow';
import type { StartRequest } from '../../api';
import { readObject, readOptions } from '../../shared/actions/parameters';
import { Refusal } from '../../shared/actions/refusal';
import type { StartItem as AnyStartItem } from '../../shared/actions/starting';
import { readVariables } from '../../shared/actions/variables';
import type { JsonObject } from '../../shared/http';
import { readWorkflowId } from './parameters';
import { copyAi } from './service';

/** A start as one item asks for it. */
type StartItem = AnyStartItem & StartRequest;

/** @throws Refusal for whatever is no good, before it costs anything */
export function readStart(context: IExecuteFunctions, item: number): StartItem {
	const options = readOptions(context, item);
	return {
		workflowId: readWorkflowId(context, item),
		variables: readVariables(context, copyAi, item),
		metadata: readMetadata(options.metadata),
		startKey: readStartKey(options.startKey),
	};
}

function readMetadata(entered: unknown): JsonObject {
	if (entered === undefined || entered === null || entered === '') return {};
	const metadata = readObject(entered, 'Metadata');
	if ('n8nStartKey' in metadata || 'n8nStartAttempt' in metadata) {
		throw new Refusal(
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
		throw new Refusal(
			'"Start Key" is not a text',
			'Enter a text that tells this item from all others, such as the ID of its row.',
		);
	}
	return String(entered).trim() || undefined;
}
