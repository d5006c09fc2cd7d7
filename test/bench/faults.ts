/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console */
/** `npx tsx test/bench/faults.ts [starts] [seed]`: what becomes of runs while calls go wrong. */
import {
	endpoints,
	type CopyAiRun,
	type Fault,
	runService,
	type StartRequest,
} from '../../nodes/api';
import {
	Calls,
	Follower,
	type FollowOutcome,
	startAll,
	type StartJob,
	type StartRecord,
} from '../../nodes/runs';
import {
	createService,
	DEFAULT_WORKFLOW,
	type FakeService,
	type FaultKind,
	type FaultRule,
	type SettingsPatch,
} from '../fake-copy-ai';
import { VirtualClock } from '../unit/runs/virtualClock';
import { faultContext } from './lib/faultContext';
import { fixed, tableOf, type Target, targetsOf } from './report';

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
/** They end the node at once, by design: Retry On Fail, or the user, goes on with what is there. */
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
}

export const faultCases: FaultCase[] = [
	...PASSING.map((kind) => ({ name: kind, faults: together([kind]) })),
	...FINAL.map((kind) => ({ name: kind, faults: together([kind]), isHard: true })),
	{ name: 'all but 401 and 403', faults: together(PASSING) },
	{
		name: 'all but 401 and 403, runs listed 10 s late',
		faults: together(PASSING),
		settings: { unlistedForMs: 10_000, notFoundForMs: 10_000 },
	},
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

/** What came of one case. */
export interface FaultRow {
	name: string;
	starts: number;
	/** How often the node ran; after the first time as Retry On Fail does. */
	tries: number;
	/** Runs on the service. */
	runs: number;
	/** Items that did not come to an end with their own run. */
	lost: number;
	/** Runs beyond one per item. */
	double: number;
	requestsPerRun: number;
	/** Calls that were hit. */
	faults: number;
}

/** Starts runs and follows them to the end under faults, again and again until every item has its run. */
export async function faultRow(
	{ name, faults, share = 1, settings }: FaultCase,
	startsPerRow: number,
	seed: number,
): Promise<FaultRow> {
	const starts = startsPerRow * share;
	const clock = new VirtualClock(seed);
	const service = createService(
		{ seed, durationMs: [10_000, 20_000], faults, ...settings },
		{ now: clock.now },
	);
	const jobs = Array.from({ length: starts }, (_, item) => toJob(item));
	const records: StartRecord[] = [];
	const done = new Map<number, CopyAiRun>();

	let tries = 0;
	while (done.size < starts && tries < MOST_TRIES) {
		if (tries++ > 0) await clock.run(clock.sleep(BETWEEN_TRIES_MS));
		done.clear();
		await clock.run(startAndWait(service, clock, jobs, records, tries, done));
	}

	const perItem = new Map<unknown, number>();
	for (const { input } of service.runs) perItem.set(input.item, (perItem.get(input.item) ?? 0) + 1);
	const isOwn = ({ item }: Job) => done.get(item)?.input.item === item;
	return {
		name,
		starts,
		tries,
		runs: service.runs.length,
		lost: jobs.filter((job) => !isOwn(job)).length,
		double: [...perItem.values()].reduce((sum, count) => sum + count - 1, 0),
		requestsPerRun: service.counts.total / starts,
		faults: service.requests.filter(({ fault }) => fault).length,
	};
}

/** One try of the operation Start and Wait. */
async function startAndWait(
	fake: FakeService,
	clock: VirtualClock,
	jobs: Job[],
	records: StartRecord[],
	nthTry: number,
	done: Map<number, CopyAiRun>,
): Promise<void> {
	const service = runService(await endpoints(faultContext(fake, clock), clock));
	const calls = new Calls<Fault>(CONCURRENCY);
	const follower = new Follower({ service, calls, clock });
	let keys = 0;
	const newKey = () => `key ${nthTry}-${++keys}`;
	const followed: Array<Promise<void>> = [];
	const tools = { service, calls, clock, newKey, records, stopAtTrouble: true };
	await startAll(jobs, tools, ({ item, group }, outcome) => {
		if (outcome.kind !== 'started') return;
		const end = follower.add({ group, id: outcome.id, limitMs: 600_000 }, outcome.seen);
		const note = (outcome: FollowOutcome<CopyAiRun, Fault>) => {
			if (outcome.kind === 'done') done.set(item, outcome.run);
		};
		followed.push(end.then(note));
	});
	await Promise.all(followed);
}

type Job = StartJob<StartRequest>;

function toJob(item: number): Job {
	const request = { variables: { item }, metadata: {} };
	return { item, group: DEFAULT_WORKFLOW, subject: String(item), request };
}

/** @returns the table as Markdown, with a line on whether any run was lost or made twice */
export async function faultTable(starts: number, seed: number): Promise<string> {
	const rows: FaultRow[] = [];
	for (const faultCase of faultCases) rows.push(await faultRow(faultCase, starts, seed));
	return [
		`One of ten calls of every endpoint goes wrong; ${CONCURRENCY} calls in flight, runs of 10 to 20 s, 50 ms latency, seed ${seed}.`,
		'Where the node ends (401 and 403 are final by design) or gives up, it is run again with what it kept, as Retry On Fail does.',
		'Lost: items that did not end with their own run. Double: runs beyond one per item.',
		'',
		tableOf(
			['Fault', 'Starts', 'Calls hit', 'Runs', 'Lost', 'Double', 'Requests per run', 'Tries'],
			rows.map((row) => [
				row.name,
				fixed(row.starts),
				fixed(row.faults),
				fixed(row.runs),
				fixed(row.lost),
				fixed(row.double),
				fixed(row.requestsPerRun, 2),
				fixed(row.tries),
			]),
		),
		'',
		targetsOf([
			target('as many runs as starts', rows, (row) => row.runs - row.starts),
			target('no run lost', rows, (row) => row.lost),
			target('no run double', rows, (row) => row.double),
		]),
	].join('\n');
}

function target(what: string, rows: FaultRow[], miss: (row: FaultRow) => number): Target {
	const missed = rows.filter((row) => miss(row) !== 0);
	const measured = missed.map((row) => `${row.name}: ${fixed(miss(row))}`).join(', ') || 'all rows';
	return { what, measured, isMet: missed.length === 0 };
}

if (require.main === module) {
	const [starts = 1000, seed = 1] = process.argv.slice(2).map(Number);
	void faultTable(starts, seed).then(console.log);
}
