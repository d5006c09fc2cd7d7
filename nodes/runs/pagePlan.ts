/** The most runs one page can hold. */
export const MAX_PAGE_SIZE = 100;

/** Pages to read, from 1, in order, each of `size` runs. */
export interface PagePlan {
	numbers: number[];
	size: number;
}

/**
 * The pages of the newest runs that show all of these, if that is fewer requests than asking for each; else nothing.
 *
 * @param indexes where each run is believed to stand in the list, from 0, newest first
 */
export function planPages(indexes: number[]): PagePlan | undefined {
	const lowest = Math.max(...indexes);
	// Others may have started some meanwhile: a little room below, and no more, as a page carries whole outputs.
	const size = Math.min(MAX_PAGE_SIZE, Math.ceil(lowest * 1.1) + 3);
	const numbers = [...new Set(indexes.map((index) => Math.floor(index / size) + 1))];
	return numbers.length < indexes.length
		? { numbers: numbers.sort((one, other) => one - other), size }
		: undefined;
}
