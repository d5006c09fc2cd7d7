import type { IExecuteFunctions, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';

type Hints = NodeExecutionHint[];

/** A hint above the items in the output pane. */
export function info(message: string): NodeExecutionHint {
	return { message, type: 'info', location: 'outputPane' };
}

/** Cuts a text to 60 characters and escapes it: n8n shows hints as HTML, and names and IDs can contain anything. */
export function escapeHintText(text: string): string {
	return text.slice(0, 60).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A count with its noun: `1 run`, `2 runs`. */
export function plural(count: number, one: string, many: string): string {
	return `${count} ${count === 1 ? one : many}`;
}

/**
 * Adds hints to an operation's output. A hint that can't be made is left out: output must not be lost for a hint.
 *
 * @param sources make the hints
 * @returns the same output
 */
export function withHints(
	context: IExecuteFunctions,
	outputs: INodeExecutionData[],
	...sources: Array<(outputs: INodeExecutionData[]) => Hints>
): INodeExecutionData[] {
	try {
		const hints = sources.flatMap((source) => hintsFrom(source, outputs));
		if (hints.length > 0) context.addExecutionHints(...hints);
	} catch {
		// n8n could not show them.
	}
	return outputs;
}

function hintsFrom(
	source: (outputs: INodeExecutionData[]) => Hints,
	outputs: INodeExecutionData[],
): Hints {
	try {
		return source(outputs);
	} catch {
		return [];
	}
}
