import {
	beginCatchUp,
	CatchUp,
	type CatchUpSource,
	type CatchUpState,
	eventKey,
	findEvents,
	type FoundEvent,
	type ListedRun,
	MAX_AGE_MS,
	skipReport,
} from '../../../nodes/shared/trigger';
import { VirtualClock } from '../runs/virtualClock';

const NOW = Date.UTC(2026, 0, 10);
const MINUTE = 60_000;
const ALWAYS: CatchUpState = { scope: '', since: 0, open: [] };

function listed(id: string, ageMs: number, rest: Partial<ListedRun> = {}): ListedRun {
	const isFinished = rest.isFinished ?? true;
	const events = ['started', ...(isFinished ? ['ended'] : [])];
	return { id, workflowId: 'W', createdAt: NOW - ageMs, events, isFinished, ...rest };
}

const find = (
	runs: ListedRun[],
	{ state = ALWAYS, wanted = ['ended'], seen = [] as string[] } = {},
) => findEvents(runs, state, wanted, (key) => seen.includes(key), NOW);
const idsOf = (events: FoundEvent[]) => events.map(({ runId }) => runId);

describe('events that are due', () => {
	test.each<[string, ListedRun[], string[]]>([
		[
			'oldest first, whatever the order of the list',
			[listed('b', 1), listed('c', 0), listed('a', 2)],
			['a', 'b', 'c'],
		],
		['not of runs without a time', [listed('a', 1, { createdAt: undefined })], []],
		['not of open runs', [listed('a', 1, { isFinished: false })], []],
		['not of runs that are older than a day', [listed('a', MAX_AGE_MS + 1)], []],
		[
			'of old runs that have changed since',
			[listed('a', 2 * MAX_AGE_MS, { changedAt: NOW })],
			['a'],
		],
	])('are %s', (_, runs, ids) => {
		expect(idsOf(find(runs).due)).toEqual(ids);
	});

	test('are those that are wanted and unseen, in the order in which they happened', () => {
		const run = listed('a', 1);
		expect(find([run], { wanted: ['ended', 'started'] }).due.map(({ event }) => event)).toEqual([
			'started',
			'ended',
		]);
		expect(find([run], { seen: [eventKey('ended', 'a')] }).due).toEqual([]);
	});

	test('are those since the beginning, and of runs that were open then', () => {
		const state = { scope: '', since: NOW - MINUTE, open: ['old'] };
		const runs = [listed('new', 1), listed('older', 2 * MINUTE), listed('old', 2 * MINUTE)];
		expect(idsOf(find(runs, { state }).due).sort()).toEqual(['new', 'old']);
	});
});

describe('events that are skipped', () => {
	const runs = Array.from({ length: 700 }, (_, n) => listed(`r${n}`, n * 100));

	test('are those beyond the newest 500 runs', () => {
		const { due, skipped } = find(runs);
		expect([due.length, skipped.length]).toEqual([500, 200]);
		expect([due[0].runId, due[499].runId]).toEqual(['r499', 'r0']);
	});

	test('are not those that come before all that was handled: they may be forgotten', () => {
		const seen = [eventKey('ended', 'r600')];
		expect(idsOf(find(runs, { seen }).skipped)).toEqual(
			Array.from({ length: 100 }, (_, n) => `r${599 - n}`),
		);
	});

	test('are named, and never found again', () => {
		const { skipped } = find(runs);
		const { lines, since, open } = skipReport(
			[...runs, listed('open', 1e6, { isFinished: false })],
			skipped,
		);
		expect(lines[0]).toContain('skipped 200 missed events');
		expect(lines).toHaveLength(1 + 200 / 50);
		for (const id of idsOf(skipped)) expect(lines.join()).toContain(id);
		expect(open).toEqual(['open']);
		const state = { scope: '', since, open };
		expect(find(runs, { state }).skipped).toEqual([]);
		expect(find(runs, { state }).due).toHaveLength(500);
	});
});

test('catching up begins with what is there: its events are handled, and its open runs are remembered', () => {
	const runs = [
		listed('a', MINUTE),
		listed('b', 2 * MINUTE, { isFinished: false }),
		listed('c', 60 * MINUTE, { isFinished: false }),
		listed('d', 60 * MINUTE),
		listed('e', MINUTE, { isFinished: undefined, events: ['started', 'ended'] }),
	];
	const { state, keys } = beginCatchUp('scope', runs, NOW);
	expect(state).toEqual({ scope: 'scope', since: NOW - 5 * MINUTE, open: ['b', 'c'] });
	const wanted = ['started', 'ended'];
	const ended = runs.map((run) => ({ ...run, isFinished: true, events: wanted }));
	const found = find(ended, { state, wanted, seen: keys });
	expect(found.due.map(({ runId, event }) => `${runId} ${event}`).sort()).toEqual([
		'b ended',
		'c ended',
	]);
	expect(found.skipped).toEqual([]);
});

describe('checks', () => {
	class Source implements CatchUpSource {
		readonly events = ['ended'];
		state: CatchUpState | undefined = ALWAYS;
		readonly seen = new Set<string>();
		readonly started: string[] = [];
		readonly warnings: string[] = [];
		runs: ListedRun[] = [];
		pageSize = 100;
		requests = 0;
		isReady = true;
		isSettled = true;
		fails = false;
		/** How many of the started events are saved. */
		saved = 0;

		constructor(private readonly clock: VirtualClock) {}

		workflows = () => ['W'];
		isSeen = (key: string) => this.seen.has(key);
		refresh = async () => await Promise.resolve(this.isReady);
		warn = (text: string) => void this.warnings.push(text);
		save = async () => await Promise.resolve(void (this.saved = this.started.length));
		forgetBefore = (since: number, open: string[]) => {
			this.state = { scope: '', since, open };
		};

		async listRuns(_: string, page: number) {
			this.requests += 1;
			if (this.fails) throw new Error('the credential is gone');
			const from = (page - 1) * this.pageSize;
			return await Promise.resolve(this.runs.slice(from, from + this.pageSize));
		}

		async start({ event, runId }: FoundEvent) {
			await this.clock.sleep(1000);
			if (!this.isSettled) return false;
			this.seen.add(eventKey(event, runId));
			this.started.push(runId);
			return true;
		}
	}

	function begin() {
		const clock = new VirtualClock(1, NOW);
		const source = new Source(clock);
		const stopped = new AbortController();
		const running = new CatchUp(source, clock, stopped.signal).run();
		const end = async () => {
			stopped.abort();
			await clock.run(running);
		};
		const pass = async (ms: number) => await clock.run(clock.sleep(ms));
		return { clock, source, pass, end };
	}

	test('are made five seconds after the start, and about every ten minutes, with one request each', async () => {
		const { source, pass, end } = begin();
		source.runs = [listed('a', MINUTE)];
		source.seen.add(eventKey('ended', 'a'));
		await pass(4_900);
		expect(source.requests).toBe(0);
		await pass(200);
		const first = source.requests;
		await pass(24 * 60 * MINUTE);
		expect(source.requests - first).toBeGreaterThan(130);
		expect(source.requests - first).toBeLessThan(160);
		expect(source.started).toEqual([]);
		await end();
	});

	test('wait ten seconds, in which a delivery can arrive', async () => {
		const { source, pass, end } = begin();
		source.runs = [listed('late', 0), listed('lost', 0)];
		await pass(10_000);
		source.seen.add(eventKey('ended', 'late'));
		await pass(MINUTE);
		expect(source.started).toEqual(['lost']);
		await end();
	});

	test('start nothing that may be handled elsewhere, or that can not be verified, and try again', async () => {
		const { source, pass, end } = begin();
		source.runs = [listed('a', 0)];
		source.isReady = false;
		await pass(5 * MINUTE);
		expect(source.started).toEqual([]);
		source.isReady = true;
		source.isSettled = false;
		await pass(12 * MINUTE);
		expect(source.started).toEqual([]);
		source.isSettled = true;
		await pass(12 * MINUTE);
		expect(source.started).toEqual(['a']);
		await pass(60 * MINUTE);
		expect(source.started).toEqual(['a']);
		await end();
	});

	test('find the end of a run that was open long ago, behind hundreds that were handled', async () => {
		const { source, clock, pass, end } = begin();
		const slow = listed('slow', MINUTE, { isFinished: false });
		const newer = Array.from({ length: 250 }, (_, n) => listed(`r${n}`, 0));
		for (const { id } of newer) source.seen.add(eventKey('ended', id));
		source.runs = [...newer, slow];
		await pass(60 * MINUTE);
		source.runs = [...newer, { ...slow, isFinished: true, events: ['started', 'ended'] }];
		await pass(12 * MINUTE);
		expect(source.started).toEqual(['slow']);
		const before = source.requests;
		await pass(60 * MINUTE);
		expect(source.requests - before).toBeLessThan(8);
		expect(clock.longestTurnMs).toBeLessThan(500);
		await end();
	});

	test('end with the trigger, also in the middle of starting', async () => {
		const { source, pass, end } = begin();
		source.runs = Array.from({ length: 100 }, (_, n) => listed(`r${n}`, n));
		await pass(40_000);
		expect(source.started.length).toBeGreaterThan(5);
		await end();
		const { length } = source.started;
		await pass(60 * MINUTE);
		expect(source.started.length).toBeLessThanOrEqual(length + 1);
	});

	test('go on after something threw, and the log says so', async () => {
		const { source, pass, end } = begin();
		source.fails = true;
		source.runs = [listed('a', 0)];
		await pass(MINUTE);
		expect(source.warnings).toEqual(["couldn't check for missed events: the credential is gone"]);
		source.fails = false;
		await pass(12 * MINUTE);
		expect(source.started).toEqual(['a']);
		await end();
	});
});
