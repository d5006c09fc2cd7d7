import { faultRow } from '../../../test/bench/lib/faultTable';
import { faultCases, faultyB3os } from '../bench/faults';

/** The table of `npm run bench -- faults`, with fewer starts. */
describe('While calls to B3OS go wrong, every item gets one run', () => {
	test.each(faultCases.map((faultCase) => [faultCase.name, faultCase] as const))(
		'%s',
		async (_, faultCase) => {
			const row = await faultRow(faultyB3os, faultCase, 200, 1);
			expect(row).toMatchObject({ runs: row.starts, lost: 0, double: 0 });
			if (!faultCase.isHard) expect(row.tries).toBe(1);
			expect(row.faults).toBeGreaterThan(10);
		},
	);
});
