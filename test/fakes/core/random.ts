/** Numbers from 0 up to 1. */
export type Random = () => number;

/** The same seed gives the same numbers (mulberry32). */
export function seededRandom(seed: number): Random {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}

/** A whole number from the range, both ends included; a plain number is returned as it is. */
export function draw(range: number | [min: number, max: number], random: Random): number {
	if (typeof range === 'number') return range;
	const [min, max] = range;
	return min + Math.floor(random() * (max - min + 1));
}
