import { type INode, type INodeExecutionData, NodeOperationError, UserError } from 'n8n-workflow';
import type { ErrorDetails } from '../http';

/** Why one item has no output, as a user reads it. */
export interface ItemError extends ErrorDetails {
	/** Index of the item. */
	item: number;
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

const MAX_LISTED = 10;

export function isItemError(entry: object): entry is ItemError {
	return 'message' in entry;
}

/**
 * Several errors as one, the first ten listed.
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
	const listed = errors.slice(0, MAX_LISTED).map(withItem);
	const message =
		errors.length === 1
			? listed[0]
			: `${errors.length} of ${total} items failed: ${listed.join('; ')}${andMore(errors.length)}`;
	return toNodeError(node, message, { description, itemIndex: first.item });
}

function andMore(count: number): string {
	return count > MAX_LISTED ? `; and ${count - MAX_LISTED} more` : '';
}

/** The item's index is part of the message: n8n stores no more than the message of an error item. */
function withItem({ message, item }: ItemError): string {
	return `${message} [Item ${item}]`;
}

function toNodeError(
	node: INode,
	message: string,
	options: { description: string; itemIndex: number },
): NodeOperationError {
	const error = new NodeOperationError(node, message, options);
	// n8n replaces a message that contains a network code by a text of its own, without the ids.
	error.message = message;
	return error;
}

/** The item that is output with "continue on error". n8n makes its `error` of the message. */
export function toErrorItem(node: INode, error: ItemError): INodeExecutionData {
	const { item, description } = error;
	return {
		json: {},
		error: toNodeError(node, withItem(error), { description, itemIndex: item }),
		pairedItem: { item },
	};
}
