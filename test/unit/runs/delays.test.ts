/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { backoff, pollDelay } from '../../../nodes/runs/delays';
import { planPages } from '../../../nodes/runs/pagePlan';
import { VirtualClock } from './virtualClock';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('How long to wait', () => {
	const clock = new VirtualClock();

	it('after failed calls: doubling from half a second to 15 s, and up to a quarter more', () => {
		const waits = Array.from({ length: 12 }, (_, index) => backoff(index + 1, clock));
		waits.forEach((wait, index) => {
			const least = Math.min(500 * 2 ** index, 15_000);
			expect(wait).toBeGreaterThanOrEqual(least);
			expect(wait).toBeLessThan(least * 1.25);
		});
		expect(backoff(1e9, clock)).toBeLessThan(19_000);
	});

	it('never less than the service asked for', () => {
		expect(backoff(1, clock, 3_600_000)).toBe(3_600_000);
		expect(backoff(10, clock, 1)).toBeGreaterThanOrEqual(15_000);
	});

	it('before the next poll: between half a second and 15 s, whatever is known of the batch', () => {
		for (let age = 0; age < 10_000_000; age = age * 1.5 + 100) {
			for (const minDurationMs of [undefined, 0, 10_000, 1e9]) {
				const wait = pollDelay(age, { requests: 1, minDurationMs }, clock);
				expect(wait).toBeGreaterThanOrEqual(450);
				expect(wait).toBeLessThanOrEqual(15_000);
			}
		}
	});

	it('at least a second where a round of polls takes several requests', () => {
		expect(pollDelay(0, { requests: 2 }, clock)).toBeGreaterThanOrEqual(900);
		expect(pollDelay(0, { requests: 1 }, clock)).toBeLessThanOrEqual(500);
	});
});

describe('The table of poll delays', () => {
	/** Without jitter. */
	const clock = Object.assign(new VirtualClock(), { random: () => 0 });

	it.each([
		[0, 500, 1_000],
		[11 * SECOND, 500, 1_000],
		[22 * SECOND, 1_000, 1_000],
		[MINUTE, 2_730, 2_730],
		[2 * MINUTE, 5_450, 5_450],
		[5 * MINUTE, 13_640, 13_640],
		[5.5 * MINUTE, 15_000, 15_000],
		[24 * 60 * MINUTE, 15_000, 15_000],
	])('at an age of %i ms: %i ms, or %i ms with several requests a round', (age, one, several) => {
		const to10Ms = (ms: number) => Math.round(ms / 10) * 10;
		expect(to10Ms(pollDelay(age, { requests: 1 }, clock))).toBe(one);
		expect(to10Ms(pollDelay(age, { requests: 7 }, clock))).toBe(several);
	});

	it('is what the docblock of pollDelay says', () => {
		const source = readFileSync(join(__dirname, '../../../nodes/runs/delays.ts'), 'utf8');
		const rows = [...source.matchAll(/^ \* \| (\S+ ?\S*)\s+\| ([\d.]+) s +\| ([\d.]+) s/gm)];
		expect(rows.map(([, ...row]) => row)).toEqual([
			['22 s', '1', '1'],
			['1 min', '2.73', '2.73'],
			['2 min', '5.45', '5.45'],
			['5 min', '13.64', '13.64'],
		]);
		for (const [, age, one, several] of rows) {
			const [count, unit] = age.split(' ');
			const ageMs = Number(count) * (unit === 's' ? SECOND : MINUTE);
			const seconds = (requests: number) => pollDelay(ageMs, { requests }, clock) / SECOND;
			expect(seconds(1)).toBeCloseTo(Number(one), 2);
			expect(seconds(7)).toBeCloseTo(Number(several), 2);
		}
	});
});

describe('Pages', () => {
	it.each<[string, number[], ReturnType<typeof planPages>]>([
		['one run: it is read by itself', [0], undefined],
		['two runs side by side', [0, 1], { numbers: [1], size: 5 }],
		['three runs on two pages', [5, 6, 160], { numbers: [1, 2], size: 100 }],
		['two runs on two pages: they are read singly', [5, 160], undefined],
		['the oldest first', [160, 150, 140, 5], { numbers: [1, 2], size: 100 }],
		['deep in the list', [420, 421, 499], { numbers: [5], size: 100 }],
	])('for %s', (_, places, pages) => {
		expect(planPages(places)).toEqual(pages);
	});

	it('for a thousand runs: ten', () => {
		const places = Array.from({ length: 1000 }, (_, place) => place);
		expect(planPages(places)?.numbers).toHaveLength(10);
	});
});
