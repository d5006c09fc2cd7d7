import { bytesRows } from '../bench/bytes';

test('runs with 20 nodes of 50 kB: light polls take a tenth of the bytes, one wanted node a tenth of that', async () => {
	const [heavy, , light, oneNode] = await bytesRows(5);
	expect([heavy, light, oneNode].map(({ good }) => good)).toEqual([5, 5, 5]);
	expect(light.bytesPerRun).toBeLessThan(heavy.bytesPerRun / 10);
	expect(oneNode.bytesPerRun).toBeLessThan(light.bytesPerRun / 10);
});
