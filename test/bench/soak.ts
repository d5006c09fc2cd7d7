/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** Twenty minutes of production: whether n8n holds on to anything of what passes through the nodes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeService } from './lib/service';
import { EVENTS_WORKFLOW, type Held, openControl, openOurs, type SoakedN8n } from './lib/soakedN8n';
import { fixed, tableOf, targetsOf } from './report';

export const SOAK_MINUTES = 20;

const RUNS = 200;
const CONCURRENCY = 10;
/** How long runs take, ms. */
const DURATION_MS: [number, number] = [10_000, 20_000];
const EVENTS = 50;
/** From the beginning of a batch to that of the next, ms, at the least. */
const EVERY_MS = 30_000;
/** After a batch, before it is looked at, ms: connections that we keep to n8n ourselves are closed by then. */
const SETTLE_MS = 7_000;
/** The most that memory may grow over the second half, MB per minute. */
const MOST_GROWTH = { heap: 0.25, resident: 3 };
const BATCHES_PER_LINE = 4;

/** After one batch. */
interface Sample {
	/** Since the first batch that counts. */
	minute: number;
	ours: Held & { busySockets: number };
	control: Held;
	/** Connections to the service. */
	connections: number;
}

/** @param minutes in which batches begin, after one that does not count */
export async function soakTable(
	service: FakeService,
	minutes: number,
	say: (line: string) => void,
): Promise<string> {
	await service.reset({ durationMs: DURATION_MS });
	const opened: SoakedN8n[] = [];
	try {
		const ours = await openOurs(service, CONCURRENCY);
		opened.push(ours);
		const control = await openControl(service);
		opened.push(control);

		const batch = async (): Promise<Omit<Sample, 'minute'>> => {
			const next = Date.now() + EVERY_MS;
			const ended = Array.from({ length: EVENTS }, () => ({ workflowId: EVENTS_WORKFLOW }));
			const events = (await service.seed(ended)).map(({ id }) => id);
			const work = { items: RUNS, events };
			const [busySockets] = await Promise.all([ours.work(work), control.work(work)]);
			await sleep(Math.max(SETTLE_MS, next - Date.now()));
			const { openConnections: connections } = await service.state();
			return {
				connections,
				ours: { ...(await ours.look()), busySockets },
				control: await control.look(),
			};
		};

		// Everything is loaded by then, and every pool as large as it gets.
		const idle = await batch();
		const samples: Sample[] = [];
		const began = Date.now();
		while (Date.now() - began < minutes * 60_000) {
			const sample = await batch();
			samples.push({ ...sample, minute: (Date.now() - began) / 60_000 });
			say(lineOf(samples[samples.length - 1]).join(' | '));
		}
		const made = (await service.state()).runs - (samples.length + 1) * EVENTS;
		return report(samples, idle.ours, made - RUNS);
	} finally {
		for (const instance of opened) await instance.close();
	}
}

function report(samples: Sample[], idle: Held, runs: number): string {
	const half = samples.slice(samples.length >> 1);
	const growthOf = (who: 'ours' | 'control', what: 'heap' | 'resident') =>
		slope(half.map((sample) => [sample.minute, sample[who][what]]));
	const growth = (what: 'heap' | 'resident', name: string) => ({
		what: `${name} grows by at most ${MOST_GROWTH[what]} MB per minute over the second half`,
		measured: `${fixed(growthOf('ours', what), 2)} MB (control ${fixed(growthOf('control', what), 2)} MB)`,
		isMet: growthOf('ours', what) <= MOST_GROWTH[what],
	});
	const most = (of: (sample: Sample) => number) => Math.max(...samples.map(of));
	const connections = most((sample) => sample.connections);
	const sockets = most(({ ours }) => ours.sockets);
	const files = most(({ ours }) => ours.files);
	const wanted = samples.length * RUNS;

	return [
		about(samples),
		targetsOf([
			growth('heap', 'Heap after a collection'),
			growth('resident', 'Resident memory'),
			{
				what: 'No connection to Copy.ai stays open after a batch',
				measured: `at most ${connections}, after ${samples.length} batches`,
				isMet: connections === 0,
			},
			{
				what: 'Open sockets and files of n8n are back at the idle level after each batch',
				measured: `at most ${sockets} and ${files}; idle ${idle.sockets} and ${idle.files}`,
				isMet: sockets <= idle.sockets && files <= idle.files,
			},
			{
				what: 'One run per item, one execution per event',
				measured: `${fixed(runs)} runs of ${fixed(wanted)} items, ${fixed(samples.length * EVENTS)} events`,
				isMet: runs === wanted,
			},
		]),
		tableOf(
			[
				'Minute',
				'Heap (MB)',
				'control',
				'Resident (MB)',
				'control',
				'Sockets, most in the batch',
				'after it',
				'Files',
				'Connections to Copy.ai',
			],
			samples
				.filter((sample, index) => index % BATCHES_PER_LINE === 0 || sample === samples.at(-1))
				.map(lineOf),
		),
	].join('\n\n');
}

function about(samples: Sample[]): string {
	const minutes = fixed(samples.at(-1)?.minute ?? 0, 1);
	return `Batch after batch, at least ${EVERY_MS / 1000} s apart, a webhook passes ${RUNS} items to Start and Wait (runs of ${DURATION_MS[0] / 1000} to ${DURATION_MS[1] / 1000} s, concurrency ${CONCURRENCY}), and ${EVENTS} events are sent to
the Copy.ai Trigger, which verifies each: ${samples.length} batches in ${minutes} minutes, after a first one that does not count. The control is a second
n8n beside it that gets the same items and events at the same time, with nodes that do nothing with them: what grows in both
is n8n's own. After each batch, with nothing in progress, both are measured: resident memory and open files as Linux counts
them, then the heap that is in use once all garbage is collected. Growth is the slope of a least-squares line.`;
}

function lineOf({ minute, ours, control, connections }: Sample): string[] {
	return [
		fixed(minute, 1),
		fixed(ours.heap, 1),
		fixed(control.heap, 1),
		fixed(ours.resident),
		fixed(control.resident),
		fixed(ours.busySockets),
		fixed(ours.sockets),
		fixed(ours.files),
		fixed(connections),
	];
}

/** Of the line that lies closest to the points, least squares. */
function slope(points: Array<[x: number, y: number]>): number {
	const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
	const [meanX, meanY] = [mean(0), mean(1)];
	const together = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
	return together / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
