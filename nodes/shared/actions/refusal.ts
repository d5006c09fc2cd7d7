import { type INode, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import type { Fault } from '../http';

/** What went wrong with one item, as a user reads it. */
export interface Trouble extends Fault {
	item: number;
}

/** Thrown where a parameter is read and is no good; nothing was sent yet. */
export class Refusal {
	constructor(
		/** What is wrong, naming the parameter. */
		readonly message: string,
		/** What to enter instead. */
		readonly description: string,
	) {}
}

const NAMED = 10;

/** One trouble as n8n's error. The item stands in the message, as n8n keeps no more than that of an error item. */
function toError(node: INode, { item, message, description }: Trouble): NodeOperationError {
	return asError(node, `${message} [Item ${item}]`, { description, itemIndex: item });
}

/**
 * Several troubles as one error, the first ten named.
 *
 * @param total how many items there were
 * @param note what else to say
 */
export function toOneError(
	node: INode,
	troubles: Trouble[],
	total: number,
	note?: string,
): NodeOperationError {
	const [first] = troubles;
	const description = note ? `${first.description} ${note}` : first.description;
	if (troubles.length === 1) return toError(node, { ...first, description });
	const named = troubles.slice(0, NAMED).map(({ item, message }) => `${message} [Item ${item}]`);
	const more = troubles.length > NAMED ? `; and ${troubles.length - NAMED} more` : '';
	return asError(
		node,
		`${troubles.length} of ${total} items did not succeed: ${named.join('; ')}${more}`,
		{ description, itemIndex: first.item },
	);
}

function asError(
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
export function toErrorItem(node: INode, trouble: Trouble): INodeExecutionData {
	return {
		json: {},
		error: toError(node, trouble),
		pairedItem: { item: trouble.item },
	};
}
