import type { IExecuteFunctions } from 'n8n-workflow';
import type { Answer } from '../../runs';
import type { ErrorDetails } from '../http';
import { readNumber } from './parameters';
import type { ServiceText } from '../serviceText';

/** Where a list is not believed to end any more. */
const MAX_PAGES = 1000;

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
 * @param filter what becomes of an entry; nothing leaves it out
 */
export async function readPages<T, U>(
	{ name }: ServiceText,
	read: (page: number) => Promise<Answer<{ items: T[]; isLast: boolean }, ErrorDetails>>,
	limit: number,
	filter: (entries: T[]) => Promise<Answer<U[], ErrorDetails>>,
): Promise<Answer<U[], ErrorDetails>> {
	const collected: U[] = [];
	for (let page = 1; page <= MAX_PAGES; page++) {
		const answer = await read(page);
		if (answer.kind !== 'ok') return answer;
		const more = await filter(answer.value.items);
		if (more.kind !== 'ok') return more;
		collected.push(...more.value);
		if (collected.length >= limit || answer.value.isLast) {
			return { kind: 'ok', value: collected.slice(0, limit) };
		}
	}
	return {
		kind: 'rejected',
		error: {
			message: `${name}'s list goes on after ${MAX_PAGES} pages`,
			description: 'Turn Return All off and set a limit, or look for less with filters.',
		},
	};
}
