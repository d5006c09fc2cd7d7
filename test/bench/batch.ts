/** Many runs started and waited for: ours, the same drawn with n8n's own nodes, the slowest way and the fastest. */
import { knowingTheEnds, oneAfterTheOther, POLL_MS, type Span } from './lib/clients';
import { copyAi, httpLoop, LOOP_SECONDS, passing, type Flow } from './lib/flows';
import { HEAP_MB, type Lab, type Measured } from './lib/n8n';
import type { FakeService } from './lib/service';
import { fixed, median, tableOf, targetsOf, type Target } from './report';

/** One measured batch. */
interface Batch extends Span {
	/** When the service ended the last run, ms since 1970. */
	lastRunEnd: number;
	requests: number;
	connections: number;
	maxInFlight: number;
	/** In n8n only. */
	n8n?: Measured;
}

/** One row of the table: the median of its batches. */
interface Row {
	name: string;
	runs: number;
	concurrency: string;
	batches: Batch[];
}

/** How long runs take, ms. */
const DURATION_MS: [number, number] = [10_000, 20_000];
const CONCURRENCY = 10;
const BATCHES = 5;

/** A way to do the work. */
interface Way {
	name: string;
	concurrency: string;
	/** What does not count, before each batch. */
	prepare?: () => Promise<void>;
	work: (runs: number) => Promise<Span & { n8n?: Measured }>;
}

/** @param quick one batch where otherwise the median of five counts */
export async function batchTable(
	lab: Lab,
	service: FakeService,
	say: (line: string) => void,
	quick: boolean,
): Promise<string> {
	const site = { service, credential: await lab.credential('copyAiApi', service) };

	/** The same seeds for all: each way gets the same lengths of runs. */
	const batch = async (
		{ name, prepare, work }: Way,
		runs: number,
		seed: number,
	): Promise<Batch> => {
		await prepare?.();
		await service.reset({ durationMs: DURATION_MS, seed });
		const span = await work(runs);
		const { counts, runs: made, ...seen } = await service.state();
		if (made !== runs) throw new Error(`${name} made ${made} runs of ${runs}`);
		return { ...span, ...seen, requests: counts.total };
	};
	const measure = async (way: Way, runs: number, batches = 1): Promise<Row> => {
		const row: Row = { ...way, runs, batches: [] };
		for (let seed = 1; seed <= batches; seed++) {
			row.batches.push(await batch(way, runs, seed));
			say(`${way.name}, ${runs} runs: ${fixed(secondsOf(row.batches[seed - 1]), 1)} s`);
		}
		return row;
	};
	const inN8n = (name: string, concurrency: string, flow: Flow): Way => ({
		name,
		concurrency,
		async prepare() {
			await service.reset({ durationMs: 500 });
			await lab.refresh(flow);
		},
		async work(runs) {
			const n8n = await lab.execute(flow, runs);
			if (n8n.items.length !== runs) throw new Error(`${n8n.items.length} items of ${runs}`);
			return { ...n8n, n8n };
		},
	});
	const ours = (concurrency = CONCURRENCY) =>
		inN8n('**Start and Wait**', String(concurrency), copyAi('startAndWait', site, concurrency));
	const drawn = inN8n('HTTP Request, Wait, IF', 'all', httpLoop(site));
	const oneByOne: Way = {
		name: 'One after the other',
		concurrency: '1',
		work: async (runs) => await oneAfterTheOther(service, runs),
	};
	const limit = (concurrency = CONCURRENCY): Way => ({
		name: 'Physical limit',
		concurrency: String(concurrency),
		work: async (runs) => await knowingTheEnds(service, runs, concurrency),
	});

	const rows = [
		await measure(ours(), 1),
		await measure(oneByOne, 1),
		await measure(limit(), 1),
		await measure(oneByOne, 5),
		await measure(ours(), 20),
		await measure(drawn, 20),
		await measure(limit(), 20),
		await measure(ours(), 200, quick ? 1 : BATCHES),
		await measure(drawn, 200),
		await measure(limit(), 200),
		await measure(ours(), 2000),
		await measure(limit(), 2000),
		await measure(ours(100), 2000),
		await measure(limit(100), 2000),
	];
	const own = rows.filter(({ name }) => name === ours().name);
	const [twoHundred] = own.filter(({ runs }) => runs === 200);
	const thousands = own.filter(({ runs }) => runs === 2000);
	await lab.refresh(passing());
	const passed = await lab.execute(passing(), 2000);
	say('2,000 items passed on: done');

	return [
		about(twoHundred.batches.length),
		targetsOf(targets(twoHundred, thousands)),
		'### Side by side',
		sideBySide(rows),
		'### What it takes of n8n',
		costs(rows.filter(({ batches }) => batches[0].n8n)),
		itself(passed),
	].join('\n\n');
}

function about(batches: number): string {
	return `Runs take ${DURATION_MS[0] / 1000} to ${DURATION_MS[1] / 1000} s, chosen by a seed. The fake Copy.ai is a separate program on the loopback interface;
each answer takes 50 ms; its list carries status and output.

- **Start and Wait** is this package's node in n8n, two variables with an expression each. The 200-run row is the median
  of ${batches === 1 ? 'one batch' : `${batches} batches`}, every other row one batch.
- **HTTP Request, Wait, IF** is built in the same n8n with the same credential: start, wait ${LOOP_SECONDS} s, read each open run, finished
  runs leave the loop. HTTP Request sends all its requests at once.
- **One after the other** is a program that starts a run, polls every ${POLL_MS / 1000} s until it has finished and then starts the next.
  It was measured with 1 and 5 runs only: its time is the sum of all runs'.
- **Physical limit** is a bare undici client on kept connections, notified of the end of each run by the service: start, one
  read at the very moment the run ends.

Overshoot is how long after the last run the work ended, in percent of the time from the first start to that end.
n8n is restarted before each batch and runs one item before it counts as idle.`;
}

function targets(twoHundred: Row, thousands: Row[]): Target[] {
	const [thousand] = thousands;
	const requestsPerRun = (row: Row) => middle(row, ({ requests }) => requests / row.runs);
	const cpuPerRun = (row: Row) => middle(row, ({ n8n }) => n8n!.cpuMs / row.runs);
	const overshoot = middle(twoHundred, overshootOf);
	const perRun = requestsPerRun(twoHundred);
	const inFlight = Math.max(...twoHundred.batches.map(({ maxInFlight }) => maxInFlight));
	return [
		{
			what: '200 runs: the node ends within 5 % of the last run’s end',
			measured: `${fixed(overshoot, 2)} %`,
			isMet: overshoot <= 5,
		},
		{
			what: '200 runs: at most 1.3 requests per run',
			measured: fixed(perRun, 3),
			isMet: perRun <= 1.3,
		},
		{
			what: `200 runs: never more than ${CONCURRENCY} calls in flight`,
			measured: String(inFlight),
			isMet: inFlight <= CONCURRENCY,
		},
		...thousands.flatMap(({ concurrency, batches: [batch] }) => {
			const { memoryMb, blockMs, clockBlockMs } = batch.n8n!;
			const name = `2,000 runs, concurrency ${concurrency}`;
			return [
				{
					what: `${name}: at most 1.3 requests per run`,
					measured: fixed(batch.requests / 2000, 3),
					isMet: batch.requests <= 2600,
				},
				{
					what: `${name}: memory above an idle n8n below 200 MB`,
					measured: `${fixed(memoryMb)} MB`,
					isMet: memoryMb < 200,
				},
				{
					what: `${name}: event loop never blocked longer than 100 ms by the node`,
					measured: `${fixed(blockMs)} ms (${fixed(clockBlockMs)} ms by the clock)`,
					isMet: blockMs <= 100,
				},
			];
		}),
		{
			what: 'Cost grows linearly at most: per run, 2,000 take no more than 200 (requests; processor time)',
			measured: `${fixed(requestsPerRun(thousand), 3)} after ${fixed(perRun, 3)}; ${fixed(cpuPerRun(thousand), 1)} ms after ${fixed(cpuPerRun(twoHundred), 1)} ms`,
			isMet: requestsPerRun(thousand) <= perRun && cpuPerRun(thousand) <= cpuPerRun(twoHundred),
		},
	];
}

function sideBySide(rows: Row[]): string {
	return tableOf(
		[
			'Way',
			'Runs',
			'Concurrency',
			'Makespan (s)',
			'Overshoot',
			'Requests per run',
			'Connections',
			'Most in flight',
		],
		rows.map((row) => [
			row.name,
			fixed(row.runs),
			row.concurrency,
			fixed(middle(row, secondsOf), 2),
			`${fixed(middle(row, overshootOf), 2)} %`,
			fixed(
				middle(row, ({ requests }) => requests / row.runs),
				3,
			),
			fixed(middle(row, ({ connections }) => connections)),
			fixed(middle(row, ({ maxInFlight }) => maxInFlight)),
		]),
	);
}

function costs(rows: Row[]): string {
	const of = (row: Row, value: (n8n: Measured) => number, digits = 0) =>
		fixed(
			middle(row, ({ n8n }) => value(n8n!)),
			digits,
		);
	return tableOf(
		[
			'Way',
			'Runs',
			'Concurrency',
			'Memory above idle (MB)',
			'Processor time per run (ms)',
			'Longest block by the nodes (ms)',
			'by the clock (ms)',
			'Longest block around them (ms)',
		],
		rows.map((row) => [
			row.name,
			fixed(row.runs),
			row.concurrency,
			of(row, ({ memoryMb }) => memoryMb),
			of(row, ({ cpuMs }) => cpuMs / row.runs, 1),
			of(row, ({ blockMs }) => blockMs),
			of(row, ({ clockBlockMs }) => clockBlockMs),
			of(row, ({ outsideBlockMs }) => outsideBlockMs),
		]),
	);
}

function itself({ memoryMb, cpuMs, blockMs, outsideBlockMs }: Measured): string {
	return `Memory and processor time are those of n8n and its task runner during the whole execution. Memory is the most they hold,
garbage included; n8n's heap is limited to ${fixed(HEAP_MB)} MB. A block is the longest piece of work that kept n8n's event loop
from anything else: "by the nodes" while those named at the left work, "around them" while n8n passes the items and
saves the execution. By the clock it holds garbage collection too, and waiting for a processor. For comparison: the same
2,000 items passed on by a node that does nothing took n8n itself ${fixed(memoryMb)} MB and ${fixed(cpuMs / 2000, 1)} ms per item, and
blocked it for ${fixed(Math.max(blockMs, outsideBlockMs))} ms.`;
}

function secondsOf({ began, ended }: Span): number {
	return (ended - began) / 1000;
}

/** Percent. */
function overshootOf({ began, ended, lastRunEnd }: Batch): number {
	return (100 * (ended - lastRunEnd)) / (lastRunEnd - began);
}

function middle({ batches }: Row, value: (batch: Batch) => number): number {
	return median(batches.map(value));
}
