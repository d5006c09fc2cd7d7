import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { locatorValue, toId } from '../../../../nodes/shared/http';
import { ParameterError } from '../../../../nodes/shared/operations';

/** @throws ParameterError when the parameter 'Workflow' has no ID */
export function readWorkflowId(context: IExecuteFunctions, item: number): string {
	const id = readOptionalWorkflowId(context, item);
	if (id) return id;
	throw new ParameterError(
		"'Workflow' has no workflow",
		'Select one from the list, or enter its ID, which starts with wf_.',
	);
}

/** @returns empty text when there is none */
export function readOptionalWorkflowId(context: IExecuteFunctions, item: number): string {
	return toId(locatorValue(context.getNodeParameter('workflowId', item, ''))) ?? '';
}

/**
 * The option Nodes: IDs separated by commas, or a list from an expression.
 *
 * @returns the IDs, none for all nodes
 * @throws ParameterError for anything else
 */
export function readNodeIds({ nodeIds }: IDataObject): string[] {
	const entered = [nodeIds ?? []].flat() as unknown[];
	const texts = entered.map((entry) => (typeof entry === 'number' ? String(entry) : entry));
	const areTexts = texts.every((text): text is string => typeof text === 'string');
	if (!areTexts) {
		throw new ParameterError(
			"'Nodes' must be a list of node IDs",
			'Enter node IDs separated by commas, such as quote, swap. Leave it empty for all nodes.',
		);
	}
	const ids = texts.flatMap((text) => text.split(/[,\s]+/)).filter((id) => id !== '');
	return [...new Set(ids)];
}

/** What is done with a run that waits for an approval or an event. */
export type OnWaiting = 'wait' | 'continue';

/** @throws ParameterError for anything but the two choices */
export function readOnWaiting(options: IDataObject): OnWaiting {
	const entered = options.onWaiting ?? 'wait';
	const choice = typeof entered === 'string' ? entered.trim().toLowerCase() : '';
	if (choice === 'wait' || choice === 'continue') return choice;
	throw new ParameterError(
		"'On Waiting' must be Keep Waiting or Continue",
		"Choose one of the two. An expression must resolve to 'wait' or 'continue'.",
	);
}
