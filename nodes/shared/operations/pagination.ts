import type { IExecuteFunctions } from 'n8n-workflow';
import type { Answer } from '../../runs';
import type { ErrorDetails } from '../http';
import { readFlag, readNumber } from './parameters';
import type { ServiceText } from '../serviceText';

/** After this many pages a list is taken for endless. */
const MAX_PAGES = 1000;
const DEFAULT_LIMIT = 50;

/** One page of a list. */
export interface ListPage<T> {
	items: T[];
	isLast: boolean;
}

/** @returns the most entries to return. @throws ParameterError for a limit that isn't valid */
export function readLimit(context: IExecuteFunctions, item: number): number {
	if (readFlag(context.getNodeParameter('returnAll', item, false), 'Return All', false)) {
		return Infinity;
	}
	const limit = context.getNodeParameter('limit', item, DEFAULT_LIMIT) as number;
	return Math.floor(readNumber({ limit }, 'limit', 'Limit', DEFAULT_LIMIT));
}

/**
 * Reads page after page until `limit` entries are collected or the list ends.
 *
 * @param read reads one page, counted from 1
 * @param filter the entries of a page that are wanted, as they are returned
 */
export async function readPages<T, U>(
	{ name }: ServiceText,
	read: (page: number) => Promise<Answer<ListPage<T>, ErrorDetails>>,
	limit: number,
	filter: (entries: T[]) => Promise<Answer<U[], ErrorDetails>>,
): Promise<Answer<U[], ErrorDetails>> {
	const collected: U[] = [];
	for (let page = 1; page <= MAX_PAGES; page++) {
		const answer = await read(page);
		if (answer.kind !== 'ok') return answer;
		const wanted = await filter(answer.value.items);
		if (wanted.kind !== 'ok') return wanted;
		collected.push(...wanted.value);
		if (collected.length >= limit || answer.value.isLast) {
			return { kind: 'ok', value: collected.slice(0, limit) };
		}
	}
	return {
		kind: 'rejected',
		error: {
			message: `Stopped after ${MAX_PAGES} pages of results from ${name}`,
			description: "Turn off 'Return All' and set a limit, or narrow the results with filters.",
		},
	};
}
