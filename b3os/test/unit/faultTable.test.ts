import { faultCases, faultRow } from '../bench/table';

/** The table of `npm run faults`, with fewer starts. */
describe('While calls to B3OS go wrong, every item gets one run', () => {
	test.each(faultCases.map((faultCase) => [faultCase.name, faultCase] as const))(
		'%s',
		async (_, faultCase) => {
			const row = await faultRow(faultCase, 200, 1);
			expect(row).toMatchObject({ runs: row.starts, lost: 0, double: 0 });
			if (!faultCase.isHard) expect(row.tries).toBe(1);
			expect(row.faults).toBeGreaterThan(10);
		},
	);
});
