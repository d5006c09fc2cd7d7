import {
	RequestLimiter,
	RunPoller,
	type WaitOutcome,
	type RunService,
	startAll,
	type StartJob,
	type StartRecord,
} from '../../../nodes/runs';
import type { ErrorDetails } from '../../../nodes/shared/http';
import { withoutThrows } from '../../../nodes/shared/operations/runClient';
import type { FaultKind, FaultRule, SettingsPatch } from '../../fakes/copyAi';
import { VirtualClock } from '../../unit/runs/virtualClock';
import { fixed, tableOf, type Target, targetsOf } from '../report';

/** Calls of every endpoint that a fault hits. */
const SHARE = 0.1;
/** Calls in flight at once. */
const CONCURRENCY = 10;
/** What Retry On Fail waits between two tries, ms. */
const BETWEEN_TRIES_MS = 1_000;
/** More tries than this mean that the table itself is broken. */
const MOST_TRIES = 3_000;

const PASSING: FaultKind[] = [
	'tooManyRequests',
	'tooManyRequestsRetryAfter',
	'serverErrorBefore',
	'serverErrorAfter',
	'badGatewayBefore',
	'badGatewayAfter',
	'truncatedAfter',
	'emptyAfter',
	'htmlAfter',
	'cutAfter',
	'resetBefore',
	'resetAfter',
	'silentBefore',
	'silentAfter',
	'dripping',
];
/** Denials are believed when they come again and again; then Retry On Fail, or the user, goes on with what is there. */
const FINAL: FaultKind[] = ['unauthorizedHtml', 'forbiddenEmpty'];

/** Faults that hit calls together. */
export interface FaultCase {
	name: string;
	faults: FaultRule[];
	/** Whether it takes more than one try, as the node ends or gives up. */
	isHard?: boolean;
	/** Share of the table's starts that this row makes. */
	share?: number;
	settings?: SettingsPatch;
	/** Share of the calls of which something is thrown once they were answered: nothing can be read of them. */
	thrown?: number;
	/** How many runs others started the day before. */
	pastRuns?: number;
	/** Whether it is about lists: of no interest for a service that is asked for each key. */
	isOfLists?: true;
	/** Whether nothing can prove that a start whose answer was lost made no run. */
	isUnprovable?: true;
}

export const faultCases: FaultCase[] = [
	...PASSING.map((kind) => ({ name: kind, faults: together([kind]) })),
	{ name: 'what came throws while it is read', faults: [], thrown: SHARE, isHard: true },
	{
		name: 'all but 401 and 403, and what came throws',
		faults: together(PASSING),
		thrown: SHARE,
		isHard: true,
	},
	...FINAL.map((kind) => ({ name: kind, faults: together([kind]), isHard: true })),
	{ name: 'all but 401 and 403', faults: together(PASSING) },
	{
		name: 'all but 401 and 403, runs listed 25 s late',
		faults: together(PASSING),
		settings: { unlistedForMs: 25_000, notFoundForMs: 25_000 },
	},
	{
		name: 'all but 401 and 403, lists without metadata',
		faults: together(PASSING),
		settings: { listOmits: ['metadata'] },
		isOfLists: true,
	},
	...quirk('metadata null in lists only', { listMetadata: 'null' }),
	...quirk('metadata as text in lists', { listMetadata: 'text' }),
	...quirk('oldest first, 600 past runs', { listOrder: 'oldestFirst' }, { pastRuns: 600 }),
	...quirk('pages capped at 10', { pageCap: 10 }, { pastRuns: 50 }),
	...quirk('a short page in the middle', { shortPage: 2 }, { pastRuns: 600 }),
	...quirk('runs listed 90 s late', { unlistedForMs: 90_000, notFoundForMs: 25_000 }),
	...quirk('runs listed 120 s late', { unlistedForMs: 120_000, notFoundForMs: 25_000 }),
	...quirk('lists 404', { listsGone: true }, { isUnprovable: true }),
	...quirk('lists empty', { listsEmpty: true }, { isUnprovable: true }),
	...quirk('no metadata anywhere', { omits: ['metadata'] }, { isUnprovable: true }),
	{ name: 'all', faults: together([...PASSING, ...FINAL]), isHard: true },
	{
		name: 'all but 401 and 403, 10 % each: four of five calls',
		faults: PASSING.map((kind) => ({ kind, rate: SHARE })),
		isHard: true,
		share: 0.2,
	},
];

/** Rules that hit one call of ten, each as often. The first that applies is used, so later ones have fewer left. */
function together(kinds: FaultKind[]): FaultRule[] {
	const each = SHARE / kinds.length;
	return kinds.map((kind, index) => ({ kind, rate: each / (1 - index * each) }));
}

/** A service whose lists are peculiar. */
function quirk(name: string, settings: SettingsPatch, more: Partial<FaultCase> = {}): FaultCase[] {
	return [
		{
			name: `all but 401 and 403, ${name}`,
			faults: together(PASSING),
			settings,
			isOfLists: true,
			...more,
		},
	];
}

/** What came of one case. */
export interface FaultRow {
	name: string;
	starts: number;
	/** How often the node ran; after the first time as Retry On Fail does. */
	tries: number;
	/** Runs on the service. */
	runs: number;
	/** Items of which the node says that it can't tell whether they have a run. */
	cantTell: number;
	/** Items that neither ended with their own run nor say that. */
	lost: number;
	/** Runs beyond one per item. */
	double: number;
	requestsPerRun: number;
	/** Calls that were hit. */
	faults: number;
}

/** A service whose calls go wrong, as the table works with it. Type parameters as in nodes/runs. */
export interface FaultyService<TRequest, TRun> {
	/** What runs are listed by. */
	workflowId: string;
	/** As one try of the node knows it. */
	connect(): Promise<RunService<TRequest, TRun, ErrorDetails>>;
	/** Makes a key that nobody else has. */
	newKey(): string;
	/** What starts the run of an item. */
	request(item: number): TRequest;
	/** The item that a run was started for, as the run says. */
	itemOf(run: TRun): unknown;
	/** The items that all runs on the service were started for. */
	items(): unknown[];
	/** Every call that came in. */
	calls(): ReadonlyArray<{ fault?: unknown }>;
}

/** Makes a service of its own for a row of the table. */
export type MakeFaulty<TRequest, TRun> = (
	faultCase: FaultCase,
	seed: number,
	clock: VirtualClock,
) => FaultyService<TRequest, TRun>;

/** Starts runs and follows them to the end under faults, again and again until every item has its run. */
export async function faultRow<TRequest, TRun>(
	make: MakeFaulty<TRequest, TRun>,
	faultCase: FaultCase,
	startsPerRow: number,
	seed: number,
): Promise<FaultRow> {
	const { name, share = 1 } = faultCase;
	const starts = startsPerRow * share;
	const clock = new VirtualClock(seed);
	const service = make(faultCase, seed, clock);
	const jobs = Array.from({ length: starts }, (_, item) => toJob(service, item));
	const records: StartRecord[] = [];
	const done = new Map<number, TRun>();
	const cantTell = new Set<number>();

	let tries = 0;
	const mostTries = faultCase.isUnprovable ? 5 : MOST_TRIES;
	let thrown = 0;
	const isThrown = () => {
		const isHit = clock.random() < (faultCase.thrown ?? 0);
		if (isHit) thrown++;
		return isHit;
	};
	while (done.size < starts && tries < mostTries) {
		if (tries++ > 0) await clock.run(clock.sleep(BETWEEN_TRIES_MS));
		done.clear();
		cantTell.clear();
		const failFast = !faultCase.isUnprovable;
		const progress = { records, done, cantTell, failFast };
		await clock.run(startAndWait(service, clock, jobs, progress, isThrown));
	}

	const perItem = new Map<unknown, number>();
	for (const item of service.items()) perItem.set(item, (perItem.get(item) ?? 0) + 1);
	const isOwn = ({ item }: StartJob<TRequest>) => {
		const run = done.get(item);
		return run !== undefined && service.itemOf(run) === item;
	};
	return {
		name,
		starts,
		tries,
		runs: service.items().length,
		cantTell: cantTell.size,
		lost: jobs.filter((job) => !isOwn(job) && !cantTell.has(job.item)).length,
		double: [...perItem.values()].reduce((sum, count) => sum + count - 1, 0),
		requestsPerRun: service.calls().length / starts,
		faults: service.calls().filter(({ fault }) => fault).length + thrown,
	};
}

/** What is there after some tries. */
interface Progress<TRun> {
	records: StartRecord[];
	/** By item. */
	done: Map<number, TRun>;
	cantTell: Set<number>;
	/** As the node's: false with On Error > Continue. */
	failFast: boolean;
}

/** One try of the operation Start and Wait. */
async function startAndWait<TRequest, TRun>(
	{ connect, newKey }: FaultyService<TRequest, TRun>,
	clock: VirtualClock,
	jobs: Array<StartJob<TRequest>>,
	{ records, done, cantTell, failFast }: Progress<TRun>,
	isThrown: () => boolean,
): Promise<void> {
	const service = withoutThrows(throwing(await connect(), isThrown), 'the service');
	const limiter = new RequestLimiter<ErrorDetails>(CONCURRENCY, undefined, clock);
	const poller = new RunPoller({ service, limiter, clock });
	const followed: Array<Promise<void>> = [];
	const deps = { service, limiter, clock, newKey, records, failFast };
	await startAll(jobs, deps, ({ item, workflowId }, outcome) => {
		if (outcome.kind === 'indeterminate') cantTell.add(item);
		if (outcome.kind !== 'started') return;
		const end = poller.waitForFinish(
			{ workflowId, id: outcome.id, timeoutMs: 600_000 },
			outcome.snapshot,
		);
		const note = (outcome: WaitOutcome<TRun, ErrorDetails>) => {
			if (outcome.kind === 'completed') done.set(item, outcome.run);
		};
		followed.push(end.then(note));
	});
	await Promise.all(followed);
}

/** The service, of whose answers some throw while they are read. */
function throwing<TRequest, TRun>(
	service: RunService<TRequest, TRun, ErrorDetails>,
	isThrown: () => boolean,
): RunService<TRequest, TRun, ErrorDetails> {
	const read = <T>(answer: T): T => {
		if (isThrown()) throw new RangeError('Maximum call stack size exceeded');
		return answer;
	};
	const { getRunStatus, findRunByKey } = service;
	return {
		...service,
		startRun: async (...args) => read(await service.startRun(...args)),
		getRun: async (...args) => read(await service.getRun(...args)),
		listRuns: async (...args) => read(await service.listRuns(...args)),
		...(getRunStatus && { getRunStatus: async (...args) => read(await getRunStatus(...args)) }),
		...(findRunByKey && { findRunByKey: async (...args) => read(await findRunByKey(...args)) }),
	};
}

function toJob<TRequest, TRun>(
	{ workflowId, request }: FaultyService<TRequest, TRun>,
	item: number,
): StartJob<TRequest> {
	return { item, workflowId, fingerprint: String(item), request: request(item) };
}

/** How the table is made. @param seed of everything that is drawn */
export function aboutFaults(seed: number): string {
	return [
		`One of ten calls of every endpoint goes wrong; ${CONCURRENCY} calls in flight, runs of 10 to 20 s, 50 ms latency, seed ${seed}.`,
		'Where the node ends or gives up, it is run again with the state it saved, as Retry On Fail does.',
		'What came throws: nothing can be read of one answer in ten, as when the stack overflows.',
		"Can't tell: items that end with a message that a run may exist under their key; only where nothing can prove that there is none.",
		'Lost: items that neither ended with their own run nor say so. Double: runs beyond one per item.',
	].join('\n');
}

/**
 * @param cases the rows
 * @returns the table as Markdown, with a line on whether any run was lost or made twice
 */
export async function faultTable<TRequest, TRun>(
	make: MakeFaulty<TRequest, TRun>,
	cases: FaultCase[],
	starts: number,
	seed: number,
): Promise<string> {
	const rows: FaultRow[] = [];
	for (const faultCase of cases) rows.push(await faultRow(make, faultCase, starts, seed));
	const certain = rows.filter((_, index) => !cases[index].isUnprovable);
	return [
		tableOf(
			[
				'Fault',
				'Starts',
				'Calls hit',
				'Runs',
				'Lost',
				'Double',
				"Can't tell",
				'Requests per run',
				'Tries',
			],
			rows.map((row) => [
				row.name,
				fixed(row.starts),
				fixed(row.faults),
				fixed(row.runs),
				fixed(row.lost),
				fixed(row.double),
				fixed(row.cantTell),
				fixed(row.requestsPerRun, 2),
				fixed(row.tries),
			]),
		),
		'',
		targetsOf([
			target('as many runs as starts', certain, (row) => row.runs - row.starts),
			target('no run lost', rows, (row) => row.lost),
			target('no run double', rows, (row) => row.double),
			target('no item left open where a proof is possible', certain, (row) => row.cantTell),
		]),
	].join('\n');
}

function target(what: string, rows: FaultRow[], miss: (row: FaultRow) => number): Target {
	const missed = rows.filter((row) => miss(row) !== 0);
	const measured = missed.map((row) => `${row.name}: ${fixed(miss(row))}`).join(', ') || 'all rows';
	return { what, measured, isMet: missed.length === 0 };
}
