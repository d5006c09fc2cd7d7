import { createHash, randomUUID } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { clock, type CopyAiRun, type Fault, type JsonObject, keyText } from '../../api';
import { startAll, type StartOutcome } from '../../runs';
import {
	readObject,
	readOptions,
	readVariables,
	readWorkflowId,
} from '../../shared/actions/parameters';
import { Refusal } from '../../shared/actions/refusal';
import type { Result } from '../../shared/actions/results';
import { startRecords, type Tools } from './tools';

/** A start as one item asks for it. */
export interface StartItem {
	workflowId: string;
	variables: JsonObject;
	metadata: JsonObject;
	startKey?: string;
}

/** @throws Refusal for whatever is no good, before it costs anything */
export function readStart(context: IExecuteFunctions, item: number): StartItem {
	const options = readOptions(context, item);
	return {
		workflowId: readWorkflowId(context, item),
		variables: readVariables(context, item),
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

/**
 * Starts one run per item, each exactly once: what earlier tries of this execution started is taken up.
 *
 * @param each called as soon as the outcome of an item is known
 */
export async function startItems<T extends StartItem>(
	context: IExecuteFunctions,
	{ service, calls }: Tools,
	items: Array<{ item: number; value: T }>,
	each: (entry: { item: number; value: T }, outcome: StartOutcome<CopyAiRun, Fault>) => void,
): Promise<void> {
	const inputs = context.getInputData();
	const jobs = items.map((entry) => {
		const { workflowId, startKey } = entry.value;
		const subject = fingerprint([workflowId, startKey, inputs[entry.item].json]);
		return { ...entry, group: workflowId, subject, startKey, request: entry.value };
	});
	const tools = {
		service,
		calls,
		clock,
		newKey: randomUUID,
		records: startRecords(context),
		stopAtTrouble: !context.continueOnFail(),
	};
	await startAll(jobs, tools, (job, outcome) => each(job, outcome));
}

/** The result of an item that has no run to go on with. */
export function startResult(
	item: number,
	{ workflowId }: StartItem,
	outcome: Exclude<StartOutcome<CopyAiRun, Fault>, { kind: 'started' }>,
): Result {
	switch (outcome.kind) {
		case 'refused':
			return { item, ...outcome.fault };
		case 'gaveUp':
			return {
				item,
				message: `A run of workflow ${workflowId} may have been started with the key ${keyText(outcome.key)}, but it was not found. ${outcome.fault.message}`,
				description:
					'Before starting it by hand, look in Copy.ai for a run with this key in its metadata (n8nStartKey). Retry On Fail and Executions > Retry look for it themselves.',
			};
		default:
			return { item, unfinished: outcome.kind };
	}
}

function fingerprint(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}
