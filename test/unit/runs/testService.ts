import type { Answer, Clock, RunService, RunSnapshot, StartKey } from '../../../nodes/runs';

/** A run as the tests' service keeps it. Times are ms since 1970. */
export interface TestRun {
	id: string;
	workflowId: string;
	/** Absent for other users' runs. */
	key?: StartKey;
	/** What the start asked for: each test's item by name. */
	request: string;
	startedAt: number;
	endsAt: number;
	end: 'completed' | 'failed';
	/** From when on lists show it. */
	listedAt: number;
}

/** A call as it came in. */
export interface TestCall {
	kind: 'start' | 'read' | 'page';
	workflowId: string;
	at: number;
	/** Number of the call, and among those of its kind, from 1. */
	nth: number;
	nthOfKind: number;
	key?: StartKey;
	request?: string;
	id?: string;
	page?: number;
	size?: number;
	/** What came back, once it has. */
	answer?: string;
}

/** `lostAfter`: the call did its work, its answer is lost. `silent…`: it takes half a minute to find that out. */
export type TestFault =
	| 'retryable'
	| 'unauthorized'
	| 'rejected'
	| 'notFound'
	| 'lostBefore'
	| 'lostAfter'
	| 'silentBefore'
	| 'silentAfter'
	| { kind: 'retryable' | 'lostBefore'; retryAfterMs: number };

export interface TestSettings {
	/** Time a call takes, ms. */
	latencyMs: number | (() => number);
	/** From start to end of a run, ms. */
	durationMs: (run: { request: string; workflowId: string; attempt: number }) => number;
	/** Whether a run ends failed. */
	fails: (run: { request: string; workflowId: string; attempt: number }) => boolean;
	/** The fault that hits a call, if any. */
	fault: (call: TestCall) => TestFault | undefined;
	/** What lists leave out. */
	listWithout: Array<'state' | 'output' | 'key' | 'createdAt'>;
	/** What reads of single runs leave out. */
	readWithout: Array<'key'>;
	/** How lists are sorted. */
	listOrder: 'newestFirst' | 'oldestFirst' | 'mixed';
	/** The most that a page holds, whatever is asked for. */
	pageCap: number;
	/** The page in the middle, from 1, that holds one run less than it could. */
	shortPage: number;
	/** How many runs others started the day before, of each workflow; they are in lists, not in `runs`. */
	pastRuns: number;
	/** For how long lists do not show a new run, ms. */
	unlistedForMs: number | (() => number);
	/** For how long a new run is answered absent, ms. */
	unknownForMs: number;
}

const SILENCE_MS = 30_000;
const DAY_MS = 24 * 3_600_000;

/** A remote service in a few lines, in order of what came in, on the tests' clock. */
export class TestService implements RunService<string, TestRun, string> {
	readonly settings: TestSettings;
	readonly runs: TestRun[] = [];
	readonly calls: TestCall[] = [];
	inFlight = 0;
	mostInFlight = 0;
	private readonly tally = { start: 0, read: 0, page: 0 };
	private readonly byId = new Map<string, TestRun>();
	private readonly pastByWorkflow = new Map<string, TestRun[]>();
	private readonly startedAt: number;

	constructor(
		private readonly clock: Clock,
		settings: Partial<TestSettings> = {},
	) {
		this.startedAt = clock.now();
		this.settings = {
			latencyMs: 50,
			durationMs: () => 10_000,
			fails: () => false,
			fault: () => undefined,
			listWithout: [],
			readWithout: [],
			listOrder: 'newestFirst',
			pageCap: Infinity,
			shortPage: 0,
			pastRuns: 2,
			unlistedForMs: 0,
			unknownForMs: 0,
			...settings,
		};
	}

	/** When the last run that was started by key ends, ms since 1970. */
	get lastEnd(): number {
		return Math.max(...this.runs.filter((run) => run.key).map((run) => run.endsAt));
	}

	callsOf(kind: TestCall['kind']): TestCall[] {
		return this.calls.filter((call) => call.kind === kind);
	}

	/** Puts in a run as if it had been started now, or `agoMs` ago. */
	make(
		request: string,
		{
			workflowId = 'g',
			key,
			agoMs = 0,
			...other
		}: Partial<TestRun> & { agoMs?: number; key?: StartKey } = {},
	): TestRun {
		const { durationMs, fails, unlistedForMs } = this.settings;
		const startedAt = this.clock.now() - agoMs;
		const run: TestRun = {
			id: `${workflowId}-${this.runs.length + 1}`,
			workflowId,
			key: key && { base: key.base, attempt: key.attempt },
			request,
			startedAt,
			endsAt: startedAt + durationMs({ request, workflowId, attempt: key?.attempt ?? 1 }),
			end: fails({ request, workflowId, attempt: key?.attempt ?? 1 }) ? 'failed' : 'completed',
			listedAt: startedAt + valueOf(unlistedForMs),
			...other,
		};
		this.runs.push(run);
		this.byId.set(run.id, run);
		return run;
	}

	async startRun(
		workflowId: string,
		key: StartKey,
		request: string,
	): Promise<Answer<string, string>> {
		return await this.call({ kind: 'start', workflowId, key, request }, () => ({
			kind: 'ok',
			value: this.make(request, { workflowId, key }).id,
		}));
	}

	async getRun(workflowId: string, id: string): Promise<Answer<RunSnapshot<TestRun>, string>> {
		return await this.call({ kind: 'read', workflowId, id }, () => {
			const run = this.byId.get(id);
			const known =
				run?.workflowId === workflowId && this.clock.now() >= run.startedAt + this.unknownFor(run);
			return known
				? { kind: 'ok', value: this.see(run, this.settings.readWithout) }
				: { kind: 'notFound', error: 'no such run' };
		});
	}

	async listRuns(
		workflowId: string,
		page: number,
		size: number,
	): Promise<Answer<Array<RunSnapshot<TestRun>>, string>> {
		return await this.call({ kind: 'page', workflowId, page, size }, () => ({
			kind: 'ok',
			value: this.pageOf(workflowId, page, size).map((run) =>
				this.see(run, this.settings.listWithout),
			),
		}));
	}

	private unknownFor(run: TestRun): number {
		return run.key ? this.settings.unknownForMs : 0;
	}

	private pageOf(workflowId: string, page: number, asked: number): TestRun[] {
		const { listOrder, pageCap, shortPage } = this.settings;
		const size = Math.min(asked, pageCap);
		const from = (page - 1) * size;
		// What the short page leaves out begins the next one.
		const skipped = shortPage > 0 && page > shortPage ? 1 : 0;
		const most = page === shortPage ? size - 1 : size;
		if (listOrder === 'newestFirst') return this.newest(workflowId, from - skipped, most);
		const oldestFirst = this.newest(workflowId, 0, Infinity).reverse();
		const sorted = listOrder === 'mixed' ? shuffled(oldestFirst) : oldestFirst;
		return sorted.slice(from - skipped, from - skipped + most);
	}

	private newest(workflowId: string, skip: number, most: number): TestRun[] {
		const shown: TestRun[] = [];
		const now = this.clock.now();
		const past = this.past(workflowId);
		for (let at = this.runs.length - 1; at >= -past.length && shown.length < most; at--) {
			const run = at >= 0 ? this.runs[at] : past[-1 - at];
			if (run.workflowId === workflowId && run.listedAt <= now && skip-- <= 0) shown.push(run);
		}
		return shown;
	}

	/** Newest first. */
	private past(workflowId: string): TestRun[] {
		const known = this.pastByWorkflow.get(workflowId);
		if (known) return known;
		const past = Array.from({ length: this.settings.pastRuns }, (_, index): TestRun => {
			const startedAt = this.startedAt - DAY_MS - index * 10_000;
			return {
				id: `${workflowId}-past-${index}`,
				workflowId,
				request: 'of others',
				startedAt,
				endsAt: startedAt,
				end: 'completed',
				listedAt: startedAt,
			};
		});
		past.forEach((run) => this.byId.set(run.id, run));
		this.pastByWorkflow.set(workflowId, past);
		return past;
	}

	private see(run: TestRun, without: TestSettings['listWithout'] = []): RunSnapshot<TestRun> {
		const ended = this.clock.now() >= run.endsAt;
		return {
			id: run.id,
			state: without.includes('state') ? 'unknown' : ended ? run.end : 'running',
			isFull: !without.includes('output'),
			key: without.includes('key') ? undefined : run.key,
			keyOmitted: without.includes('key'),
			createdAt: without.includes('createdAt') ? undefined : run.startedAt,
			run,
		};
	}

	private async call<T>(
		entry: Pick<TestCall, 'kind' | 'workflowId' | 'key' | 'request' | 'id' | 'page' | 'size'>,
		perform: () => Answer<T, string>,
	): Promise<Answer<T, string>> {
		const call: TestCall = {
			...entry,
			key: entry.key && { ...entry.key },
			at: this.clock.now(),
			nth: this.calls.length + 1,
			nthOfKind: ++this.tally[entry.kind],
		};
		this.calls.push(call);
		this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
		const { answer, takesMs } = this.underFault(this.settings.fault(call), perform);
		await this.clock.sleep(takesMs);
		this.inFlight--;
		call.answer = answer.kind;
		return answer;
	}

	private underFault<T>(
		fault: TestFault | undefined,
		perform: () => Answer<T, string>,
	): { answer: Answer<T, string>; takesMs: number } {
		const takesMs = valueOf(this.settings.latencyMs);
		switch (fault) {
			case undefined:
				return { answer: perform(), takesMs };
			case 'retryable':
			case 'unauthorized':
			case 'rejected':
			case 'notFound':
				return { answer: { kind: fault, error: fault }, takesMs };
			case 'lostAfter':
			case 'silentAfter':
				perform();
				return {
					answer: { kind: 'indeterminate', error: fault },
					takesMs: fault === 'silentAfter' ? SILENCE_MS : takesMs,
				};
			case 'lostBefore':
			case 'silentBefore':
				return {
					answer: { kind: 'indeterminate', error: fault },
					takesMs: fault === 'silentBefore' ? SILENCE_MS : takesMs,
				};
			default: {
				const kind = fault.kind === 'retryable' ? 'retryable' : 'indeterminate';
				return { answer: { kind, error: fault.kind, retryAfterMs: fault.retryAfterMs }, takesMs };
			}
		}
	}
}

function valueOf(setting: number | (() => number)): number {
	return typeof setting === 'number' ? setting : setting();
}

/** The same order each time. */
function shuffled(runs: TestRun[]): TestRun[] {
	return runs
		.map((run, index) => ({ run, place: (index * 7919) % 1009 }))
		.sort((one, other) => one.place - other.place)
		.map(({ run }) => run);
}
