import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { Answer } from '../../runs';
import type { Fault } from '../http';
import { readNumber } from './parameters';
import type { Words } from './types';

/** Where a list is not believed to end any more. */
const MOST_PAGES = 1000;

/** Return All and Limit, for every list. */
export const limitFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { returnAll: [false] } },
		description: 'Max number of results to return',
	},
];

/** @param statuses the service's own words, sorted */
export function statusFilter(statuses: string[]): INodeProperties {
	return {
		displayName: 'Status',
		name: 'status',
		type: 'multiOptions',
		default: [],
		description: 'Only runs in one of these states',
		options: statuses.map((value) => ({
			name: value.charAt(0).toUpperCase() + value.slice(1).toLowerCase(),
			value,
		})),
	};
}

/** @returns the most items wanted. @throws Refusal for a limit that is none */
export function readLimit(context: IExecuteFunctions, item: number): number {
	if (context.getNodeParameter('returnAll', item, false) === true) return Infinity;
	const limit = context.getNodeParameter('limit', item, 50) as number;
	return Math.floor(readNumber({ limit }, 'limit', 'Limit', 50));
}

/**
 * Reads page after page until `limit` of the entries are kept or the pages end.
 *
 * @param read reads one page, counted from 1
 * @param keep what becomes of an entry; nothing leaves it out
 */
export async function readPages<T, U>(
	{ name }: Words,
	read: (page: number) => Promise<Answer<{ items: T[]; isLast: boolean }, Fault>>,
	limit: number,
	keep: (entries: T[]) => Promise<Answer<U[], Fault>>,
): Promise<Answer<U[], Fault>> {
	const kept: U[] = [];
	for (let page = 1; page <= MOST_PAGES; page++) {
		const answer = await read(page);
		if (answer.kind !== 'ok') return answer;
		const more = await keep(answer.value.items);
		if (more.kind !== 'ok') return more;
		kept.push(...more.value);
		if (kept.length >= limit || answer.value.isLast) {
			return { kind: 'ok', value: kept.slice(0, limit) };
		}
	}
	return {
		kind: 'refused',
		fault: {
			message: `${name}'s list goes on after ${MOST_PAGES} pages`,
			description: 'Turn Return All off and set a limit, or look for less with filters.',
		},
	};
}
