import { type ILoadOptionsFunctions, NodeOperationError } from 'n8n-workflow';
import type { Answer } from '../../runs';
import { type ErrorDetails, shownMessage } from '../http';

/** A failed call as the editor shows it beside the field. */
export function toEditorError(
	context: ILoadOptionsFunctions,
	answer: Exclude<Answer<unknown, ErrorDetails>, { kind: 'ok' }>,
): NodeOperationError {
	const { message, description } =
		answer.kind === 'aborted'
			? { message: 'The request was canceled', description: 'Try again.' }
			: answer.error;
	return new NodeOperationError(context.getNode(), shownMessage(message), { description });
}
