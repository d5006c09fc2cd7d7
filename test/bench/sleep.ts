/** Executions that sleep while they wait: what they hold meanwhile, and how often they ask for their runs. */
import { copyAi, type Flow, type Site } from './lib/flows';
import type { Held, Lab } from './lib/n8n';
import type { FakeService } from './lib/service';
import { fixed, tableOf, targetsOf } from './report';

const EXECUTIONS = 200;
const ITEMS = 3;
const RUN_MINUTES = 5;
const MOST_MEMORY_MB = 100;
const MOST_REQUESTS = 6;
/** From the end of the last run to that of the last execution: a sleep, n8n's own poll, and some seconds. */
const MOST_LATE_SECONDS = 135;

export async function sleepTable(lab: Lab, service: FakeService): Promise<string> {
	const site: Site = { service, credential: await lab.credential('copyAiApi', service) };
	const hold = async (flow: Flow, sleeps: boolean, durationMs: number): Promise<Held> => {
		await service.reset({ durationMs: 500 });
		await lab.refresh(flow);
		await service.reset({ durationMs });
		return await lab.hold(flow, ITEMS, EXECUTIONS, sleeps);
	};
	// What n8n keeps of so many executions at once, whatever their nodes do.
	const awake = await hold(copyAi('start', site, 10), false, 500);
	const asleep = await hold(
		copyAi('startAndWait', site, 10, undefined, true),
		true,
		RUN_MINUTES * 60_000,
	);
	const { executions } = asleep;
	const { counts, runs, lastRunEnd } = await service.state();
	const known = new Set((await service.runs()).map(({ id }) => id));
	const ids = executions.flatMap(({ items }) => items.map(({ id }) => String(id)));
	const results = new Set(ids.filter((id) => known.has(id))).size;
	const requests = counts.total / runs;
	const lateSeconds = (Math.max(...executions.map(({ ended }) => ended)) - lastRunEnd) / 1000;
	const wanted = EXECUTIONS * ITEMS;
	const moreMb = asleep.residentMb - awake.residentMb;

	return [
		`${EXECUTIONS} executions of ${ITEMS} items at once, in one n8n with SQLite; runs take ${RUN_MINUTES} minutes.\nMemory is what n8n has more than before, once its garbage is collected.`,
		targetsOf([
			{
				what: 'Each result comes once',
				measured: `${fixed(results)} of ${fixed(wanted)} results, ${fixed(ids.length)} items, ${fixed(runs)} runs`,
				isMet: [results, ids.length, runs].every((count) => count === wanted),
			},
			{
				what: `At most ${MOST_REQUESTS} requests for each run`,
				measured: fixed(requests, 2),
				isMet: requests <= MOST_REQUESTS,
			},
			{
				what: `While all are asleep, n8n has less than ${MOST_MEMORY_MB} MB more than after as many that only start`,
				measured: `${fixed(moreMb)} MB`,
				isMet: moreMb < MOST_MEMORY_MB,
			},
			{
				what: `The last result comes at most ${MOST_LATE_SECONDS} s after the last run's end`,
				measured: `${fixed(lateSeconds)} s`,
				isMet: lateSeconds <= MOST_LATE_SECONDS,
			},
		]),
		tableOf(
			['Executions', 'Heap in use (MB)', 'Memory of the process (MB)'],
			[
				['Start only, ended', fixed(awake.heapMb), fixed(awake.residentMb)],
				['**Start and Wait**, asleep', fixed(asleep.heapMb), fixed(asleep.residentMb)],
			],
		),
		tableOf(
			['Requests', 'Starts', 'Runs read', 'Pages read'],
			[
				[counts.total, counts.startRun, counts.getRun, counts.listRuns].map((count) =>
					fixed(count),
				),
			],
		),
	].join('\n\n');
}
