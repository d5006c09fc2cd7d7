/** What becomes of runs while calls to B3OS go wrong. */
import {
	type FaultCase,
	faultCases as copyAiCases,
	type MakeFaulty,
} from '../../../test/bench/lib/faultTable';
import {
	type B3osRun,
	endpoints,
	newRunId,
	runService,
	type StartRequest,
} from '../../nodes/B3os/api';
import type { FaultRule as CopyAiRule } from '../../../test/fakes/copyAi';
import { FakeService, type FaultRule } from '../fakes/b3os';
import { b3osContext } from '../support/b3osContext';

const LATENCY_MS = 50;
const GROUP = 'wf_swap';

const half = { name: 'all but 401 and 403, half of the calls', isHard: true, share: 0.2 };

/**
 * The rows of the table for Copy.ai, but for two: B3OS's lists have no metadata to hide; and runs that were started before
 * are asked for one by one here, so that with four bad calls of five hardly ever all are found in one try.
 */
export const faultCases: FaultCase[] = copyAiCases
	.filter(({ isOfLists }) => !isOfLists)
	.map((faultCase) =>
		faultCase.share ? { ...half, faults: faultCase.faults.map(halved) } : faultCase,
	);

function halved(rule: CopyAiRule): CopyAiRule {
	return { ...rule, rate: (rule.rate ?? 1) / 2 };
}

/** B3OS as the table works with it: the payload names the item, and so does what the node `quote` puts out. */
export const faultyB3os: MakeFaulty<StartRequest, B3osRun> = (
	{ faults, settings },
	seed,
	clock,
) => {
	const { notFoundForMs = 0, unlistedForMs = 0 } = settings ?? {};
	const fake = new FakeService(
		{ seed, durationMs: 15_000, faults: faults.map(toRule), notFoundForMs, unlistedForMs },
		clock.now,
	);
	const context = b3osContext(
		fake,
		{},
		{
			latencyMs: LATENCY_MS,
			sleep: async (ms) => await clock.sleep(ms),
		},
	);
	return {
		workflowId: GROUP,
		connect: async () => runService(await endpoints(context, clock)),
		newKey: newRunId,
		request: (item) => ({ body: { payload: { item } } }),
		itemOf: ({ output }) => (output?.quote as { of: unknown[] } | undefined)?.of[0],
		items: () => fake.runs.map(({ payload }) => payload.item),
		calls: () => fake.requests,
	};
};

/**
 * A key that is turned away ends the try: a tenth of all calls turned away for ever would end every try, so that is done
 * twenty times.
 */
function toRule({ kind, rate }: CopyAiRule): FaultRule {
	const isDenial = kind === 'unauthorizedHtml' || kind === 'forbiddenEmpty';
	return { kind, rate, ...(isDenial && { times: 20 }) };
}
