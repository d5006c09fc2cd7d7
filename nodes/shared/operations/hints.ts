import type { NodeExecutionHint } from 'n8n-workflow';

/** What is put above the items in the output pane. */
export function info(message: string): NodeExecutionHint {
	return { message, type: 'info', location: 'outputPane' };
}

/** Hints are shown as HTML, and names and ids can hold anything. */
export function escapeHintText(text: string): string {
	return text.slice(0, 60).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
