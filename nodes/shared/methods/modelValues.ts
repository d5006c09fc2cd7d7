import type { ILoadOptionsFunctions, ResourceMapperField } from 'n8n-workflow';

/** Types of columns as n8n's `$fromAI` calls them; all others are text. */
const MODEL_TYPES: Record<string, string> = {
	number: 'number',
	boolean: 'boolean',
	object: 'json',
	array: 'json',
};

/** Whether the node is an AI agent's tool: n8n adds this to the name of its type. */
export function isTool(context: ILoadOptionsFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}

/**
 * The column with a value that an AI agent's model fills in. Its description is the only place for what goes into a column.
 *
 * @param about what goes in. Use `plainText` for what others wrote
 */
export function withModelValue(column: ResourceMapperField, about: string): ResourceMapperField {
	const type = MODEL_TYPES[column.type ?? ''] ?? 'string';
	// With n8n's own mark, the editor shows it as "defined by the model".
	const defaultValue = `={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('${toKey(column.displayName)}', \`${about}\`, '${type}') }}`;
	return { ...column, defaultValue };
}

/** Text without what would end the expression's backticks, or the expression. */
export function plainText(text: string): string {
	return text.replace(/[`\\$'{}]/g, ' ').trim();
}

/** A key as n8n allows it: up to 64 letters, digits, underscores and hyphens. */
function toKey(name: string): string {
	return name.replace(/[^a-zA-Z0-9_-]+/g, '_').slice(0, 64) || 'input';
}
