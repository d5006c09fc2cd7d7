/** Many calls to a service that limits their rate, and one run followed: how many requests it takes, and how many are refused. */
import { copyAi, type Flow, httpBatches, httpStarts, type Site } from './lib/flows';
import type { Lab } from './lib/n8n';
import type { FakeService } from './lib/service';
import { fixed, median, tableOf, type Target, targetsOf } from './report';

/** A service that serves so many a second, and so many at once at first. */
const PER_SECOND = 20;
const BURST = 20;
const STARTS = 400;
const ROUNDS = 5;
const RUN_MS: [number, number] = [6_000, 12_000];
const RUNS_BEFORE = 4;
const BATCH = 200;
const BATCH_RUN_MS: [number, number] = [10_000, 20_000];

/** What the service saw of one round. */
interface Seen {
	seconds: number;
	requests: number;
	refused: number;
	mostRefusedPerSecond: number;
	/** Runs that were started: what was refused may be lost. */
	runs: number;
	/** From the shortest execution to the longest, of those at the same time. */
	spread?: number;
	/** Time after the end of the last run, percent of the time until then. */
	overshoot?: number;
}

interface Row {
	name: string;
	rounds: Seen[];
}

/** @param quick one round instead of the median of five */
export async function rateTable(
	lab: Lab,
	service: FakeService,
	say: (line: string) => void,
	quick: boolean,
): Promise<string> {
	const rounds = quick ? 1 : ROUNDS;
	const site: Site = { service, credential: await lab.credential('copyAiApi', service) };

	/** One round in an n8n that knows nothing of the service, and a bucket that is full. */
	const round = async (flow: Flow, saysWhen: boolean, items: number, times = 1): Promise<Seen> => {
		await service.reset({ durationMs: 500 });
		await lab.refresh(flow);
		const rateLimit = { perSecond: PER_SECOND, burst: BURST, saysWhen };
		await service.reset({ durationMs: [10_000, 10_000], rateLimit });
		const spans = await lab.executeTogether(flow, items, times);
		const lengths = spans.map(({ began, ended }) => ended - began);
		return {
			...(await seenBy(service, spans)),
			spread: Math.max(...lengths) / Math.min(...lengths),
		};
	};
	const measure = async (name: string, make: () => Promise<Seen>, times = rounds): Promise<Row> => {
		const row: Row = { name, rounds: [] };
		for (let nth = 1; nth <= times; nth++) row.rounds.push(await make());
		const { refused, requests, seconds } = row.rounds[0];
		say(`${name}: ${refused} of ${requests} requests refused, ${fixed(seconds, 1)} s`);
		return row;
	};

	const start = copyAi('start', site, 100);
	const wait = copyAi('startAndWait', site, 50);
	const ten = copyAi('start', site, 10);
	const rows = {
		start: await measure(
			'**Start**, concurrency 100',
			async () => await round(start, false, STARTS),
		),
		retryAfter: await measure(
			'**Start**, concurrency 100, with `Retry-After`',
			async () => await round(start, true, STARTS),
		),
		ten: await measure(
			'**Start**, ten executions of 40 at the same time',
			async () => await round(ten, true, STARTS / 10, 10),
		),
		http: await measure(
			'HTTP Request, all at once',
			async () => await round(httpBatches(site), true, STARTS),
			1,
		),
		batches: await measure(
			`HTTP Request, batches of ${PER_SECOND} each second`,
			async () => await round(httpBatches(site, PER_SECOND), true, STARTS),
			1,
		),
		wait: await measure(
			'**Start and Wait**, concurrency 50',
			async () => await round(wait, true, STARTS),
		),
	};
	const unlimited = await unlimitedRatios(lab, site, rounds);
	say(
		`No limit: ${fixed(unlimited.known, 2)} of HTTP Request's time, at first ${fixed(unlimited.first, 2)}`,
	);
	const single = await warmRounds(lab, site, rounds, {
		name: 'one run',
		runs: 1,
		durationMs: RUN_MS,
		before: RUNS_BEFORE - 1,
	});
	const warm = await warmRounds(lab, site, rounds, {
		name: `${BATCH} runs`,
		runs: BATCH,
		durationMs: BATCH_RUN_MS,
		before: 1,
	});
	say(`${BATCH} runs: ${warm.rounds.map(({ requests }) => requests).join(', ')} requests`);
	say(`One run: ${single.rounds.map(({ requests }) => requests).join(', ')} requests`);

	return [
		about(rounds),
		targetsOf(targets(rows, unlimited.known, single, warm)),
		`The first 1,000 starts in an n8n that knows nothing of the service take ${fixed(unlimited.first, 2)} times what HTTP Request takes\nin one: calls begin few at a time, until answers show that the service bears more.`,
		tableOf(
			[
				'Way',
				'Runs',
				'Requests',
				'Refused',
				'Share refused',
				'Most refused in a second',
				'Time (s)',
			],
			[...Object.values(rows), single, warm].map((row) => [
				row.name,
				fixed(of(row, ({ runs }) => runs)),
				fixed(of(row, ({ requests }) => requests)),
				fixed(of(row, ({ refused }) => refused)),
				`${fixed(of(row, shareRefused), 1)} %`,
				fixed(of(row, ({ mostRefusedPerSecond }) => mostRefusedPerSecond)),
				fixed(
					of(row, ({ seconds }) => seconds),
					2,
				),
			]),
		),
	].join('\n\n');
}

function about(rounds: number): string {
	return `The service takes ${PER_SECOND} requests a second and ${BURST} at once (a token bucket); what is beyond is answered with 429. Every answer
takes 50 ms. ${STARTS} items are started, in an n8n that was started anew and knows nothing of the service; runs take 10 s. The
least time that takes is ${fixed(idealSeconds(STARTS))} s. The rows of this package are ${rounds === 1 ? 'one round' : `the median of ${rounds} rounds`}, those of HTTP Request one round; it
goes on after a request that is refused, and its item is lost. "One run" takes ${RUN_MS[0] / 1000} to ${RUN_MS[1] / 1000} s, chosen by a seed, after ${RUNS_BEFORE} others
like it in the same n8n; "${BATCH} runs" take ${BATCH_RUN_MS[0] / 1000} to ${BATCH_RUN_MS[1] / 1000} s each, after as many others.`;
}

function targets(
	{ start, retryAfter, ten, wait }: Record<string, Row>,
	unlimited: number,
	single: Row,
	warm: Row,
): Target[] {
	const share = (row: Row, most: number): Target => {
		const measured = of(row, shareRefused);
		return {
			what: `${row.name}: at most ${most} % refused`,
			measured: `${fixed(measured, 1)} %`,
			isMet: measured <= most,
		};
	};
	const perSecond = (row: Row): Target => {
		const measured = of(row, ({ mostRefusedPerSecond }) => mostRefusedPerSecond);
		return {
			what: `${row.name}: at most 10 refused in any one second`,
			measured: fixed(measured),
			isMet: measured <= 10,
		};
	};
	const used = (row: Row): Target => {
		const measured = (100 * idealSeconds(STARTS)) / of(row, ({ seconds }) => seconds);
		return {
			what: `${row.name}: at least 90 % of what is served is used`,
			measured: `${fixed(measured)} %`,
			isMet: measured >= 90,
		};
	};
	const waitSeconds = of(wait, ({ seconds }) => seconds);
	const idealWait = idealSeconds(STARTS) + 10;
	const spread = of(ten, (seen) => seen.spread ?? 1);
	const requests = of(single, (seen) => seen.requests);
	const overshoot = of(single, (seen) => seen.overshoot ?? 0);
	const batchRequests = of(warm, (seen) => seen.requests) / BATCH;
	const batchOvershoot = of(warm, (seen) => seen.overshoot ?? 0);
	return [
		...[start, retryAfter].flatMap((row) => [share(row, 5), perSecond(row), used(row)]),
		share(ten, 10),
		{
			what: `${ten.name}: none takes twice as long as another`,
			measured: `${fixed(spread, 2)} times`,
			isMet: spread < 2,
		},
		share(wait, 5),
		{
			what: `${wait.name}: ends within 10 % of the least time`,
			measured: `${fixed(waitSeconds, 1)} s of ${fixed(idealWait)} s`,
			isMet: waitSeconds <= idealWait * 1.1,
		},
		{
			what: 'Without a limit: 1,000 starts at a concurrency of 100 take at most 0.55 times what HTTP Request takes',
			measured: fixed(unlimited, 2),
			isMet: unlimited <= 0.55,
		},
		{ what: 'One run: at most 12 requests', measured: fixed(requests), isMet: requests <= 12 },
		{
			what: 'One run: the node ends within 8 % of the run’s end',
			measured: `${fixed(overshoot, 1)} %`,
			isMet: overshoot <= 8,
		},
		{
			what: `${BATCH} runs: at most 1.15 requests for each`,
			measured: fixed(batchRequests, 3),
			isMet: batchRequests <= 1.15,
		},
		{
			what: `${BATCH} runs: the node ends within 3 % of the last run’s end`,
			measured: `${fixed(batchOvershoot, 1)} %`,
			isMet: batchOvershoot <= 3,
		},
	];
}

/** What the service saw, and how long the work took. */
async function seenBy(
	service: FakeService,
	spans: Array<{ began: number; ended: number }>,
): Promise<Seen> {
	const requests = await service.requests();
	const { runs, lastRunEnd } = await service.state();
	const refused = requests.filter(({ status }) => status === 429).map(({ at }) => at);
	const began = Math.min(...spans.map((span) => span.began));
	const ended = Math.max(...spans.map((span) => span.ended));
	return {
		seconds: (ended - began) / 1000,
		requests: requests.length,
		refused: refused.length,
		mostRefusedPerSecond: Math.max(
			0,
			...refused.map((at) => refused.filter((each) => each > at - 1000 && each <= at).length),
		),
		runs,
		overshoot: (100 * (ended - lastRunEnd)) / (lastRunEnd - began),
	};
}

/** Our time for 1,000 starts without a limit divided by that of HTTP Request: the first in an n8n, and the next. */
async function unlimitedRatios(
	lab: Lab,
	{ service, credential }: Site,
	rounds: number,
): Promise<{ first: number; known: number }> {
	const ours = copyAi('start', { service, credential }, 100);
	const http = httpStarts({ service, credential });
	const first: number[] = [];
	const known: number[] = [];
	const timesOf = async (flow: Flow): Promise<number[]> => {
		await service.reset({ durationMs: 500 });
		await lab.refresh(flow);
		const times: number[] = [];
		for (let nth = 0; nth < 2; nth++) {
			await service.reset({ durationMs: 500 });
			const { began, ended } = await lab.execute(flow, 1000);
			times.push(ended - began);
		}
		return times;
	};
	for (let nth = 0; nth < rounds; nth++) {
		const [ownFirst, own] = await timesOf(ours);
		const [otherFirst, other] = await timesOf(http);
		first.push(ownFirst / otherFirst);
		known.push(own / other);
	}
	return { first: median(first), known: median(known) };
}

/** How runs are followed in an n8n that knows how long others like them took. */
interface WarmRuns {
	name: string;
	/** In each round. */
	runs: number;
	durationMs: [number, number];
	/** Executions before the first round, besides that of one item with which n8n is warmed up. */
	before: number;
}

async function warmRounds(
	lab: Lab,
	{ service, credential }: Site,
	rounds: number,
	{ name, runs, durationMs, before }: WarmRuns,
): Promise<Row> {
	const flow = copyAi('startAndWait', { service, credential }, 10);
	const row: Row = { name: `**Start and Wait**, ${name}`, rounds: [] };
	await service.reset({ durationMs });
	await lab.refresh(flow);
	for (let nth = 1; nth <= before; nth++) await lab.execute(flow, runs);
	for (let nth = 1; nth <= rounds; nth++) {
		await service.reset({ durationMs, seed: nth });
		row.rounds.push(await seenBy(service, await lab.executeTogether(flow, runs, 1)));
	}
	return row;
}

/** The least time in which so many can be served, seconds. */
function idealSeconds(calls: number): number {
	return (calls - BURST) / PER_SECOND;
}

function of({ rounds }: Row, value: (seen: Seen) => number): number {
	return median(rounds.map(value));
}

/** Percent of the requests. */
function shareRefused({ requests, refused }: Seen): number {
	return (100 * refused) / requests;
}
