import { ListUse } from '../../../nodes/runs/listUse';

/** A list whose latest polls showed none of the runs they were made for. */
function fruitless(times: number): ListUse {
	const use = new ListUse();
	for (let time = 0; time < times; time++) use.noteRound(true, false);
	return use;
}

test('a list that was of no use is left out, and then read again', () => {
	const use = fruitless(1);
	expect([3, 3].map((runsPerPage) => use.skipsRound(runsPerPage))).toEqual([true, false]);
});

test.each([
	[1, 4],
	[2, 16],
	[3, 64],
])('after %i polls of no use it is read all the same for %i runs on each page', (times, runs) => {
	expect(fruitless(times).skipsRound(runs - 1)).toBe(true);
	expect(fruitless(times).skipsRound(runs)).toBe(false);
});

test('the rounds count down meanwhile', () => {
	const use = fruitless(2);
	expect([16, 3, 3, 3].map((runsPerPage) => use.skipsRound(runsPerPage))).toEqual([
		false,
		true,
		true,
		false,
	]);
});
