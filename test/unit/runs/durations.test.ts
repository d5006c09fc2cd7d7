import { RunPoller, startAll } from '../../../nodes/runs';
import { Durations } from '../../../nodes/runs/durations';
import { RunOrder } from '../../../nodes/runs/runOrder';
import { jobs, manyJobs, World, type Job } from './world';

/** Executions of one process, after each other, in which runs take as long as is said. */
class Process {
	private durations: number[] = [];
	private readonly world = new World({ durationMs: () => this.durations.shift() ?? 0 });
	private readonly memory = {
		durations: new Durations(this.world.clock),
		order: new RunOrder(),
	};

	/** @returns requests and what came of them: the time from the end of the last run to that of the node, ms */
	async execute(durations: number[], isMemoryUsed = true) {
		const { clock, service } = this.world;
		this.durations = [...durations];
		const deps = { ...this.world.deps(), records: [] };
		const memoryOf = isMemoryUsed ? () => this.memory : undefined;
		const poller = new RunPoller({ ...deps, memoryOf });
		const before = service.calls.length;
		const outcomes: Array<Promise<{ kind: string }>> = [];
		await clock.run(
			(async () => {
				await startAll(itemsFor(durations), deps, ({ workflowId }, outcome) => {
					if (outcome.kind !== 'started') throw new Error(outcome.kind);
					const { id } = outcome;
					outcomes.push(poller.waitForFinish({ workflowId, id, timeoutMs: 600_000, isNew: true }));
				});
				await Promise.all(outcomes);
			})(),
		);
		const kinds = await Promise.all(outcomes);
		expect(kinds.map(({ kind }) => kind)).toEqual(durations.map(() => 'completed'));
		return { requests: service.calls.length - before, lateMs: clock.now() - service.lastEnd };
	}
}

function itemsFor(durations: number[]): Job[] {
	return durations.length === 1 ? jobs(['item']) : manyJobs(durations.length);
}

const average = (values: number[]) => values.reduce((sum, value) => sum + value) / values.length;

/** Durations from one to the other, in an order of their own. */
function between(from: number, to: number, count: number): number[] {
	const at = (index: number) => ((index * 7919) % count) / (count - 1);
	return Array.from({ length: count }, (_, index) => from + (to - from) * at(index));
}

test('a run that takes as long as others before needs few requests', async () => {
	const requests: number[] = [];
	const late: number[] = [];
	for (const durationMs of between(6_000, 12_000, 21)) {
		const process = new Process();
		for (const before of [6_900, 10_800, 8_300, 9_700]) await process.execute([before]);
		const warm = await process.execute([durationMs]);
		requests.push(warm.requests);
		late.push(warm.lateMs / durationMs);
	}
	expect(average(requests)).toBeLessThanOrEqual(12);
	expect(average(late)).toBeLessThan(0.08);
	expect(Math.max(...late)).toBeLessThan(0.16);
});

test('a process that knows nothing of a workflow polls as without a memory', async () => {
	const cold = await new Process().execute([12_000]);
	const without = await new Process().execute([12_000], false);
	expect(cold).toEqual(without);
	expect(cold.requests).toBeGreaterThan(20);
});

test.each([4_500, 6_000, 9_000, 12_000, 30_000, 120_000])(
	'runs of %i ms that suddenly take a third are waited for no longer than without a memory',
	async (durationMs) => {
		const process = new Process();
		for (let before = 0; before < 4; before++) await process.execute([durationMs]);
		const warm = await process.execute([durationMs / 3]);
		// As long as it would be between two polls, at that age, and a round trip.
		expect(warm.lateMs).toBeLessThanOrEqual(Math.max(500, durationMs / 3 / 22) + 100);
	},
);

test('runs of a batch that all take a third are waited for no longer than without a memory', async () => {
	const usual = between(10_000, 20_000, 200);
	const sudden = usual.map((ms) => ms / 3);
	const process = new Process();
	await process.execute(usual);
	const warm = await process.execute(sudden);
	const without = await new Process().execute(sudden, false);
	expect(warm.lateMs).toBeLessThanOrEqual(without.lateMs + 1_000);
});

test('a run that takes three times as long is polled as without a memory from then on', async () => {
	const process = new Process();
	for (let before = 0; before < 4; before++) await process.execute([4_000]);
	const warm = await process.execute([12_000]);
	expect(warm.lateMs).toBeLessThan(12_000 / 20);
});

test('a batch like the one before needs fewer requests, and ends as soon', async () => {
	const durations = between(10_000, 20_000, 200);
	const process = new Process();
	const cold = await process.execute(durations);
	const warm = await process.execute(durations);
	expect(warm.requests).toBeLessThan(cold.requests);
	expect(warm.requests / 200).toBeLessThanOrEqual(1.15);
	expect(warm.lateMs).toBeLessThan(0.03 * 20_000);
});

test('what is remembered is bounded, and follows what runs take now', () => {
	const { clock } = new World();
	const durations = new Durations(clock);
	for (let run = 0; run < 3; run++) durations.add(1_000);
	expect(durations.expected).toBeUndefined();
	for (let run = 0; run < 1_000; run++) durations.add(1_000);
	expect(durations.expected).toEqual({ shortest: 1_000, longest: 1_000 });
	for (let run = 0; run < 2_000; run++) durations.add(3_000);
	expect(durations.expected).toEqual({ shortest: 3_000, longest: 3_000 });
});
