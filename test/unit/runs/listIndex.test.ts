import {
	expectedIndex,
	listIndex,
	listPollsToSkip,
	noteListIndex,
	type ListState,
} from '../../../nodes/runs/listIndex';

/** A workflow of which this many runs were added, oldest first. */
function added(count: number) {
	const list: ListState = { addedCount: count, listOffset: 0 };
	const runs = Array.from({ length: count }, (_, addedIndex) => ({
		addedIndex,
		listOffset: undefined as number | undefined,
	}));
	return { list, runs };
}

describe('Where a run is in the list', () => {
	it('the newest is expected first', () => {
		const { list, runs } = added(3);
		expect(runs.map((run) => expectedIndex(list, run))).toEqual([2, 1, 0]);
		expect(runs.map((run) => listIndex(list, run))).toEqual([2, 1, 0]);
	});

	it('a run that was seen further down is expected there again, and those not seen yet as well', () => {
		const { list, runs } = added(3);
		noteListIndex(list, runs[1], 6);
		expect(runs.map((run) => listIndex(list, run))).toEqual([7, 6, 5]);
	});

	it('each run has its own offset once it was seen', () => {
		const { list, runs } = added(3);
		noteListIndex(list, runs[0], 4);
		noteListIndex(list, runs[1], 2);
		noteListIndex(list, runs[2], 0);
		expect(runs.map((run) => listIndex(list, run))).toEqual([4, 2, 0]);
		expect(list.listOffset).toBe(0);
	});

	it('a run added later pushes the earlier ones down', () => {
		const { list, runs } = added(2);
		noteListIndex(list, runs[0], 5);
		list.addedCount++;
		expect(listIndex(list, runs[0])).toBe(6);
		expect(listIndex(list, { addedIndex: 2 })).toBe(4);
	});

	it('runs added in another order than they were started are followed all the same', () => {
		const { list, runs } = added(3);
		runs.forEach((run, index) => noteListIndex(list, run, index));
		expect(runs.map((run) => listIndex(list, run))).toEqual([0, 1, 2]);
	});

	it('no index is below the top of the list', () => {
		const { list, runs } = added(3);
		noteListIndex(list, runs[0], 0);
		expect(list.listOffset).toBe(0);
		runs[2].listOffset = -2;
		expect(listIndex(list, runs[2])).toBe(0);
	});
});

test('the more list polls in a row showed none of the runs, the more are left out, up to 31', () => {
	expect([0, 1, 2, 3, 4, 5, 6, 100].map(listPollsToSkip)).toEqual([0, 1, 3, 7, 15, 31, 31, 31]);
});
