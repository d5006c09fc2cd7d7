/** The most runs one page can hold. */
export const PAGE_SIZE = 100;

/** Pages to read, from 1, in order, each of `size` runs. */
export interface Pages {
	numbers: number[];
	size: number;
}

/**
 * The pages of the newest runs that show all of these, if that is fewer requests than asking for each; else nothing.
 *
 * @param places where each run is believed to stand in the list, from 0, newest first
 */
export function pagesFor(places: number[]): Pages | undefined {
	const lowest = Math.max(...places);
	// Others may have started some meanwhile: a little room below, and no more, as a page carries whole outputs.
	const size = Math.min(PAGE_SIZE, Math.ceil(lowest * 1.1) + 3);
	const numbers = [...new Set(places.map((place) => Math.floor(place / size) + 1))];
	return numbers.length < places.length
		? { numbers: numbers.sort((one, other) => one - other), size }
		: undefined;
}
