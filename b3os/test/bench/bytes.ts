/** What following runs with many nodes costs in bytes. */
import { RequestLimiter, RunPoller } from '../../../nodes/runs';
import type { ErrorDetails } from '../../../nodes/shared/http';
import { fixed, tableOf, targetsOf } from '../../../test/bench/report';
import { VirtualClock } from '../../../test/unit/runs/virtualClock';
import { endpoints, runService, WantedRuns } from '../../nodes/B3os/api';
import { FakeService, textNodes } from '../fakes/b3os';
import { b3osContext } from '../support/b3osContext';

const NODES = 20;
const CHARACTERS = 50_000;
const DURATION_MS = 60_000;
const LATENCY_MS = 50;

/** How runs are followed to their end. */
interface Way {
	name: string;
	/** The nodes that are wanted; empty: all. */
	nodeIds: string[];
	/** Whether every poll reads the whole run, as before polls were light. */
	isHeavy?: boolean;
	/** Whether each run is polled by itself, as when runs of many workflows are waited for. */
	isApart?: boolean;
}

const WAYS: Way[] = [
	{ name: 'every poll reads the whole run', nodeIds: [], isHeavy: true, isApart: true },
	{ name: 'light polls one by one, all nodes at the end', nodeIds: [], isApart: true },
	{ name: "light polls of the workflow's list, all nodes at the end", nodeIds: [] },
	{ name: "light polls of the workflow's list, one node at the end", nodeIds: ['node7'] },
];

/** What one way took. */
export interface BytesRow {
	name: string;
	bytesPerRun: number;
	requestsPerRun: number;
	/** Runs that came out with the output that was wanted. */
	good: number;
}

async function bytesRow({ name, nodeIds, isHeavy, isApart }: Way, runs: number): Promise<BytesRow> {
	const clock = new VirtualClock(1);
	const runRules = [{ nodes: textNodes(NODES, CHARACTERS) }];
	const fake = new FakeService({ durationMs: DURATION_MS, runRules }, clock.now);
	const sleep = async (ms: number) => await clock.sleep(ms);
	const context = b3osContext(fake, {}, { latencyMs: LATENCY_MS, sleep });
	const wanted = new WantedRuns();
	const given = runService(await endpoints(context, clock), wanted);
	const service = {
		...given,
		...(isHeavy && { getRunStatus: undefined }),
		// A list that isn't there: each run is read by itself.
		...(isApart && {
			listRuns: async () => ({
				kind: 'rejected' as const,
				error: { message: '', description: '' },
			}),
		}),
	};
	const limiter = new RequestLimiter<ErrorDetails>(10, undefined, clock);
	const poller = new RunPoller({ service, limiter, clock });
	const follow = async (item: number): Promise<boolean> => {
		const base = `run_${item}`;
		const key = { base, attempt: 1 };
		await service.startRun('wf_swap', key, { body: { payload: { item } } });
		wanted.add(base, { nodeIds, returnsWaiting: false });
		const target = { workflowId: 'wf_swap', id: base, timeoutMs: 600_000 };
		const outcome = await poller.waitForFinish(target);
		return outcome.kind === 'completed' && outcome.run.output?.node7 !== undefined;
	};
	const all = Promise.all(Array.from({ length: runs }, async (_, item) => await follow(item)));
	const good = (await clock.run(all)).filter(Boolean).length;
	return {
		name,
		bytesPerRun: fake.bytesSent / runs,
		requestsPerRun: fake.requests.length / runs,
		good,
	};
}

/** @returns the rows of all ways, the oldest first */
export async function bytesRows(runs: number): Promise<BytesRow[]> {
	const rows: BytesRow[] = [];
	for (const way of WAYS) rows.push(await bytesRow(way, runs));
	return rows;
}

/** @returns the table as Markdown */
export async function bytesTable(runs = 20): Promise<string> {
	const rows = await bytesRows(runs);
	const [before, , all, one] = rows;
	return [
		`${runs} runs of B3OS of ${DURATION_MS / 1000} s, each with ${NODES} nodes of ${CHARACTERS / 1000} kB, started together; bytes of all answers' bodies.`,
		tableOf(
			['How', 'Bytes per run', 'Requests per run', 'Good runs'],
			rows.map(({ name, bytesPerRun, requestsPerRun, good }) => [
				name,
				fixed(bytesPerRun),
				fixed(requestsPerRun, 1),
				fixed(good),
			]),
		),
		targetsOf([
			{
				what: 'light polls take a tenth at the most',
				measured: fixed(all.bytesPerRun / before.bytesPerRun, 3),
				isMet: all.bytesPerRun <= before.bytesPerRun / 10,
			},
			{
				what: 'one node takes a tenth of all nodes at the most',
				measured: fixed(one.bytesPerRun / all.bytesPerRun, 3),
				isMet: one.bytesPerRun <= all.bytesPerRun / 10,
			},
		]),
	].join('\n\n');
}
