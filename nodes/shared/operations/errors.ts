import { type INode, type INodeExecutionData, NodeOperationError, UserError } from 'n8n-workflow';
import { type ErrorDetails, MAX_SHOWN_LENGTH, shownMessage } from '../http';
import { describeCauses } from './causes';
import type { RunInfo } from './types';

/** Why one item has no output, as a user reads it. */
export interface ItemError extends ErrorDetails {
	/** Index of the item. */
	item: number;
	/** Why its run failed, if that is what happened: the same for all runs that failed for the same reason. */
	runFailure?: string;
	/** What is known of its run. */
	run?: RunInfo;
}

/** Thrown while an item's parameters are read, before anything is sent. */
export class ParameterError extends UserError {
	/**
	 * @param message what is wrong, with the parameter's label in single quotes
	 * @param description what to enter instead
	 */
	constructor(
		message: string,
		override readonly description: string,
	) {
		super(message, { description });
	}
}

/** How many errors are listed in the details. */
const MAX_LISTED = 100;

export function isItemError(entry: object): entry is ItemError {
	return 'message' in entry;
}

/**
 * Several errors as one: each cause is named once, with its items. What happened to each item, with all ids, is in the
 * error's details.
 *
 * @param errors at least one
 * @param total how many items there were
 * @param note a sentence to put behind the first error's description
 */
export function combineErrors(
	node: INode,
	errors: ItemError[],
	total: number,
	note?: string,
): NodeOperationError {
	const [first] = errors;
	const description = note ? `${first.description} ${note}` : first.description;
	const message =
		errors.length === 1
			? shownMessage(untagged(first.message), tagOf(first))
			: describeCauses(errors, total, MAX_SHOWN_LENGTH);
	// Without `itemIndex`: the editor would add the first item's to any message.
	const error = new NodeOperationError(node, message, { description });
	// n8n replaces a message that contains a network code by a text of its own, without the ids.
	error.message = message;
	error.messages = errors
		.slice(0, MAX_LISTED)
		.map((each) => `${untagged(each.message)}${tagOf(each)}`);
	return error;
}

/** Without the item's index, which n8n puts behind some of its messages. */
export function untagged(message: string): string {
	return message.replace(/(?: ?\[item \d+\]){1,3}$/i, '');
}

function tagOf({ item }: ItemError): string {
	return ` [Item ${item}]`;
}

/**
 * The item that is output with "continue on error". Its `error` is all that n8n leaves of it on the way to an output for
 * errors, where n8n adds the fields of the input item; the `error` of an item itself would leave the message alone.
 */
export function toErrorItem(error: ItemError): INodeExecutionData {
	const { item, description, run: { runId, workflowId, status, startKey } = {} } = error;
	return {
		json: {
			error: {
				message: shownMessage(untagged(error.message), tagOf(error)),
				description,
				...(runId && { runId }),
				...(workflowId && { workflowId }),
				...(status && { status }),
				...(startKey && { startKey }),
			},
		},
		pairedItem: { item },
	};
}
