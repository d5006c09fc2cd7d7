import type { FieldType, ResourceMapperField } from 'n8n-workflow';
import { toColumn } from '../../shared/methods/mapperColumns';
import type { PastInputs } from './pastInputs';

/** Names that n8n drops wherever it copies an object. */
const DROPPED_BY_N8N = ['__proto__', 'constructor', ''];

/**
 * The inputs of past runs as columns, all optional: every name once, in the order of their first appearance. Where runs
 * that were not started by this package have a name, their values alone decide about its type.
 */
export function toColumns({ made, own }: Pick<PastInputs, 'made' | 'own'>): ResourceMapperField[] {
	const names = new Set([...made, ...own].flatMap(Object.keys));
	return [...names]
		.filter((name) => !DROPPED_BY_N8N.includes(name))
		.map((name) => {
			const inputs = made.some((input) => name in input) ? made : own;
			return toColumn(name, typeOf(inputs.map((input) => input[name])), false);
		});
}

/** Text unless all past values were numbers, or all were booleans: a wrong type would reject valid values. */
function typeOf(values: unknown[]): FieldType {
	const given = values.filter((value) => value !== undefined && value !== null);
	const types = new Set(given.map((value) => typeof value));
	if (types.size === 1 && types.has('number')) return 'number';
	if (types.size === 1 && types.has('boolean')) return 'boolean';
	return 'string';
}
