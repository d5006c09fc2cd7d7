/** How a list is sorted, going by when its runs were made. `unknown`: too little shows. */
export type ListOrder = 'newestFirst' | 'oldestFirst' | 'mixed' | 'unknown';

/** Runs made within this time may come in any order, ms. */
const TIE_MS = 1_000;
/** One neighbor of so many may be out of place: runs are made and listed at the same time. */
const TOLERANCE = 20;

/**
 * @param createdAt of the listed runs, in the list's order, ms since 1970
 * @example [300_000, 200_000, 100_000]: newestFirst
 */
export function listOrder(createdAt: Array<number | undefined>): ListOrder {
	const times = createdAt.filter((time): time is number => time !== undefined);
	let rising = 0;
	let falling = 0;
	for (let index = 1; index < times.length; index++) {
		const difference = times[index] - times[index - 1];
		if (difference > TIE_MS) rising++;
		if (difference < -TIE_MS) falling++;
	}
	if (rising + falling === 0) return 'unknown';
	if (rising * TOLERANCE <= falling) return 'newestFirst';
	return falling * TOLERANCE <= rising ? 'oldestFirst' : 'mixed';
}
