import { type INode, type INodeExecutionData, NodeOperationError, UserError } from 'n8n-workflow';
import type { ErrorDetails } from '../http';

/** What went wrong with one item, as a user reads it. */
export interface ItemError extends ErrorDetails {
	item: number;
}

/** Thrown while parameters are read, before anything is sent. */
export class ParameterError extends UserError {
	/**
	 * @param message what is wrong, naming the parameter
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

/** One trouble as n8n's error. The item stands in the message, as n8n keeps no more than that of an error item. */
function toError(node: INode, { item, message, description }: ItemError): NodeOperationError {
	return toNodeError(node, `${message} [Item ${item}]`, { description, itemIndex: item });
}

/**
 * Several troubles as one error, the first ten named.
 *
 * @param total how many items there were
 * @param note what else to say
 */
export function combineErrors(
	node: INode,
	errors: ItemError[],
	total: number,
	note?: string,
): NodeOperationError {
	const [first] = errors;
	const description = note ? `${first.description} ${note}` : first.description;
	if (errors.length === 1) return toError(node, { ...first, description });
	const named = errors.slice(0, MAX_LISTED).map(({ item, message }) => `${message} [Item ${item}]`);
	const more = errors.length > MAX_LISTED ? `; and ${errors.length - MAX_LISTED} more` : '';
	return toNodeError(
		node,
		`${errors.length} of ${total} items did not succeed: ${named.join('; ')}${more}`,
		{ description, itemIndex: first.item },
	);
}

function toNodeError(
	node: INode,
	message: string,
	options: { description: string; itemIndex: number },
): NodeOperationError {
	const error = new NodeOperationError(node, message, options);
	// n8n puts words of its own in place of a message that holds a network code, and the ids would be gone.
	error.message = message;
	return error;
}

/** The item that "continue on error" puts out. n8n makes its `error` of the message. */
export function toErrorItem(node: INode, error: ItemError): INodeExecutionData {
	return {
		json: {},
		error: toError(node, error),
		pairedItem: { item: error.item },
	};
}
