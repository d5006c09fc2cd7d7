import { countPolls, nextWake } from '../../../nodes/shared/sleep/schedule';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const run = (startedAt: number, timeoutMs: number) => ({
	startedAt,
	deadline: startedAt + timeoutMs,
});

test.each([
	['a minute', MINUTE, 66_000],
	['five minutes', 5 * MINUTE, 66_000],
	['an hour', HOUR, 3 * MINUTE],
	['four hours', 4 * HOUR, 12 * MINUTE],
	['a day', DAY, 15 * MINUTE],
])(
	'a run that is %s old is polled again after a twentieth of its age, within limits',
	(_, age, sleepMs) => {
		expect(nextWake(age, [run(0, 10 * DAY)])).toBe(age + sleepMs);
	},
);

test('the run that was started last decides, and the last timeout ends it', () => {
	expect(nextWake(HOUR, [run(0, DAY), run(HOUR - MINUTE, DAY)])).toBe(HOUR + 66_000);
	expect(nextWake(HOUR, [run(0, HOUR + 1000), run(0, HOUR + 5000)])).toBe(HOUR + 5000);
});

test.each([
	['ten minutes', 10 * MINUTE, 9],
	['a day', DAY, 150],
	['ten days', 10 * DAY, 1_025],
	['a year', 365 * DAY, 1_200],
])('a timeout of %s takes a bounded number of steps', (_, timeoutMs, most) => {
	const count = countPolls(MINUTE, [run(0, timeoutMs)]);
	expect(count).toBeLessThanOrEqual(most);
	expect(count).toBeGreaterThan(most / 2);
});

test('as many steps as counted reach the last timeout, however late n8n wakes', () => {
	const runs = [run(0, 2 * HOUR), run(20_000, HOUR)];
	for (const lateMs of [0, 1000, 70_000]) {
		let now = MINUTE;
		for (let left = countPolls(now, runs); left > 0; left--) now = nextWake(now, runs) + lateMs;
		expect(now).toBeGreaterThanOrEqual(2 * HOUR);
	}
});
