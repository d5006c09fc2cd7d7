import type { ResourceMapperField } from 'n8n-workflow';
import type { JsonObject } from '../../shared/http';
import { plainText, withModelValue } from '../../shared/methods/modelValues';
import type { PastInputs } from './pastInputs';

/** What an example may look like: short, in one line, and with nothing in it that n8n or a model could misread. */
const HARMLESS = /^[\p{L}\p{N}][\p{L}\p{N} ,&/-]{0,29}$/u;
const MAX_EXAMPLES = 3;

/**
 * Columns whose values an AI agent's model fills in, each with a description: n8n has no other place for what goes into a
 * column. Only values that were used more than once are examples: those are choices, such as a tone, and not somebody's
 * data.
 *
 * @param columns of the mapper
 */
export function withModelValues(
	columns: ResourceMapperField[],
	{ made, own }: Pick<PastInputs, 'made' | 'own'>,
): ResourceMapperField[] {
	return columns.map((column) => {
		const name = column.displayName;
		const examples = examplesOf([...made, ...own], name);
		const about = `What to put into the input '${plainText(name)}' of the Copy.ai workflow${
			examples.length > 0 ? `, for example ${examples.join(' or ')}` : ''
		}`;
		return withModelValue(column, about);
	});
}

function examplesOf(inputs: JsonObject[], name: string): string[] {
	const counts = new Map<string, number>();
	for (const { [name]: value } of inputs) {
		if (typeof value === 'string' && HARMLESS.test(value)) {
			counts.set(value, (counts.get(value) ?? 0) + 1);
		}
	}
	const choices = [...counts].filter(([, count]) => count > 1).map(([value]) => value);
	return choices.slice(0, MAX_EXAMPLES);
}
