/** How many requests the B3OS Trigger sends for what happens between two polls. */
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { poll } from '../../nodes/B3osTrigger/poll';
import { fixed, tableOf, targetsOf } from '../../../test/bench/report';
import { FakeService } from '../fakes/b3os';
import { b3osContext } from '../support/b3osContext';

interface Case {
	listOrder: 'newestFirst' | 'byId';
	/** Runs that the organization had before. */
	oldRuns: number;
	/** Runs between two polls. */
	runs: number;
}

/** Of a list that isn't sorted, a poll sees 1,000 runs. */
const CASES: Case[] = [
	...[0, 10, 100, 1000].map((runs) => ({ listOrder: 'newestFirst' as const, oldRuns: 2000, runs })),
	...[0, 10, 100].map((runs) => ({ listOrder: 'byId' as const, oldRuns: 500, runs })),
];
/** The most that one poll may send: 10 pages, 20 unfinished runs and 100 events. */
const MOST_REQUESTS = 130;

interface Measured extends Case {
	/** Of each poll until there is nothing new. */
	requests: number[];
	items: number;
	doubles: number;
}

export async function pollsTable(say: (line: string) => void): Promise<string> {
	const all: Measured[] = [];
	for (const one of CASES) {
		const measured = await measure(one);
		all.push(measured);
		say(`${one.runs} runs, ${one.listOrder}: ${measured.requests.join(', ')} requests`);
	}
	const most = Math.max(...all.flatMap(({ requests }) => requests));
	const idle = all.find(({ runs, listOrder }) => runs === 0 && listOrder === 'newestFirst');
	const missing = all.filter(({ items, runs }) => items !== Math.min(runs, 500));
	const doubles = all.reduce((sum, one) => sum + one.doubles, 0);
	return [
		`An organization has had runs. Then more of them end between two polls; the trigger polls until there is nothing new. It outputs 100 events per poll, and the newest 500 runs of the last 24 hours count.`,
		targetsOf([
			{
				what: `No poll sends more than ${MOST_REQUESTS} requests`,
				measured: String(most),
				isMet: most <= MOST_REQUESTS,
			},
			{
				what: 'One request when there is nothing new, in a sorted list',
				measured: String(idle?.requests[0]),
				isMet: idle?.requests[0] === 1,
			},
			{
				what: 'Each event once',
				measured: `${missing.length} rows incomplete, ${doubles} double`,
				isMet: missing.length === 0 && doubles === 0,
			},
		]),
		tableOf(
			[
				'Runs between polls',
				'Runs before',
				'List',
				'Polls',
				'Requests of the first',
				'Requests of the last',
				'Requests in all',
				'Events',
			],
			all.map(({ runs, oldRuns, listOrder, requests, items }) => [
				fixed(runs),
				fixed(oldRuns),
				listOrder === 'byId' ? 'in no order' : 'newest first',
				String(requests.length),
				String(requests[0]),
				String(requests.at(-1)),
				fixed(requests.reduce((sum, count) => sum + count, 0)),
				fixed(items),
			]),
		),
	].join('\n\n');
}

async function measure(one: Case): Promise<Measured> {
	const { runs, oldRuns, listOrder } = one;
	const service = new FakeService({ listOrder });
	const hoursAgo = (hours: number) => Date.now() - hours * 3_600_000;
	service.seedRuns(
		Array.from({ length: oldRuns }, (_, n) => ({ startedAt: hoursAgo(1) - n * 1000 })),
	);
	const context = pollContext(service);
	await poll(context);
	service.seedRuns(Array.from({ length: runs }, (_, n) => ({ startedAt: Date.now() - runs + n })));

	const requests: number[] = [];
	const ids: unknown[] = [];
	for (;;) {
		const before = service.counts.total;
		const output = await poll(context);
		requests.push(service.counts.total - before);
		if (output === null) break;
		ids.push(...output[0].map(({ json }) => json.id));
	}
	const doubles = ids.length - new Set(ids).size;
	return { ...one, requests, items: ids.length, doubles };
}

/** n8n's context of a trigger that polls this fake. */
function pollContext(service: FakeService): IPollFunctions {
	const data: IDataObject = {};
	const parameters: IDataObject = { events: ['run.completed'], workflowId: '' };
	return Object.assign(b3osContext(service) as unknown as IPollFunctions, {
		getMode: () => 'trigger' as const,
		getActivationMode: () => 'activate' as const,
		getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
		getWorkflowStaticData: () => data,
		logger: { warn: () => undefined },
	}) as unknown as IPollFunctions;
}
