import { faultyCopyAi } from '../../bench/faults';
import { faultCases, faultRow } from '../../bench/lib/faultTable';

// Machines can be busy.
jest.setTimeout(180_000);

/** The table of `npm run bench -- faults`, with fewer starts. */
describe('While calls go wrong, every item gets one run', () => {
	it.each(faultCases.map((faultCase) => [faultCase.name, faultCase] as const))(
		'%s',
		async (_, faultCase) => {
			const row = await faultRow(faultyCopyAi, faultCase, 200, 1);
			expect(row).toMatchObject({ lost: 0, double: 0 });
			if (faultCase.isUnprovable) {
				expect(row.cantTell).toBeGreaterThan(0);
				expect(row.cantTell).toBeLessThan(row.starts * 0.15);
				expect(row.runs).toBeGreaterThanOrEqual(row.starts - row.cantTell);
				return;
			}
			expect(row).toMatchObject({ runs: row.starts, cantTell: 0 });
			if (!faultCase.isHard) expect(row.tries).toBe(1);
			expect(row.starts).toBeGreaterThanOrEqual(40);
			expect(row.faults).toBeGreaterThan(10);
		},
	);
});
