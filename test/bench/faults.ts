/** What becomes of runs while calls to Copy.ai go wrong. */
import { type CopyAiRun, endpoints, runService, type StartRequest } from '../../nodes/CopyAi/api';
import { createService, DEFAULT_WORKFLOW } from '../fakes/copyAi';
import { copyAiContext } from '../support/copyAiContext';
import type { MakeFaulty } from './lib/faultTable';

/** Time a call takes, ms. */
const LATENCY_MS = 50;

/** Copy.ai as the table works with it: the run's input names the item. */
export const faultyCopyAi: MakeFaulty<StartRequest, CopyAiRun> = (
	{ faults, settings, pastRuns = 0 },
	seed,
	clock,
) => {
	const fake = createService(
		{ seed, durationMs: [10_000, 20_000], faults, ...settings },
		{ now: clock.now },
	);
	const context = copyAiContext(
		fake,
		{},
		{
			latencyMs: LATENCY_MS,
			sleep: async (ms) => await clock.sleep(ms),
		},
	);
	const past = fake.seedRuns(
		Array.from({ length: pastRuns }, (_, index) => ({
			createdAt: clock.start - 86_400_000 + index * 10_000,
		})),
	);
	let keys = 0;
	return {
		workflowId: DEFAULT_WORKFLOW,
		connect: async () => runService(await endpoints(context, clock)),
		newKey: () => `key ${++keys}`,
		request: (item) => ({ variables: { item }, metadata: {} }),
		itemOf: ({ input }) => input.item,
		items: () => fake.runs.slice(past.length).map(({ input }) => input.item),
		calls: () => fake.requests,
	};
};
