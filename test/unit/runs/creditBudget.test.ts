import { ExecutionCosts, type SpentCredits, startAll } from '../../../nodes/runs';
import { seededRandom } from '../../fakes/core';
import { manyJobs, World } from './world';
import type { TestRun } from './testService';

/** One way that the costs of runs can be. */
interface Mix {
	seed: number;
	concurrency: number;
	budget: number;
	/** Of a past run, credits. */
	pastCosts: number[];
	/** Of the runs that are started, in order. */
	costs: number[];
	minutes: number[];
}

function mixOf(seed: number): Mix {
	const random = seededRandom(seed);
	const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
	const items = whole(1, 60);
	const list = (length: number, make: (index: number) => number) =>
		Array.from({ length }, (_, index) => make(index));
	const dearest = whole(1, 50);
	/** Any costs; cheap ones first, or dear ones first; or a few dear among many cheap ones. */
	const kinds: Array<(index: number) => number> = [
		() => whole(1, dearest),
		(index) => (index < items / 2 ? 1 : dearest),
		(index) => (index < items / 2 ? dearest : 1),
		() => (random() < 0.1 ? dearest : whole(1, 3)),
		() => dearest + random() / 3,
	];
	return {
		seed,
		concurrency: whole(1, 100),
		budget: whole(0, 400) / (random() < 0.5 ? 1 : 3),
		pastCosts: list(random() < 0.3 ? 0 : whole(1, 30), () => whole(1, 50)),
		costs: list(items, kinds[whole(0, kinds.length - 1)]),
		minutes: list(items, () => whole(1, 20)),
	};
}

/** Start and Wait with a budget, and what came of it. */
async function spend(
	{ seed, concurrency, budget, pastCosts, costs, minutes }: Mix,
	spent: SpentCredits = {},
	budgets = [budget],
) {
	const world = new World({ seed, concurrency, pastRuns: 0 });
	const { service, clock } = world;
	const indexOf = ({ request }: { request: string }) => Number(request.replace('item ', ''));
	service.settings.durationMs = (run) => minutes[indexOf(run)] * 60_000;
	pastCosts.forEach((credits, index) =>
		service.make(`past ${credits}`, { agoMs: 86_400_000 + index * 60_000, endsAt: clock.now() }),
	);
	const creditsOf = (run: TestRun) => {
		const past = /^past (.+)$/.exec(run.request);
		return past ? Number(past[1]) : costs[indexOf(run)];
	};
	/** What a run was expected to cost when the last one was started. */
	let expected = 0;
	const outcomes: string[] = [];
	let followed = 0;
	for (const each of budgets) {
		const deps = world.deps();
		const tally = new ExecutionCosts({
			spent,
			records: [...world.records],
			maxRunning: concurrency,
		});
		const withCosts = {
			...service,
			creditsOf,
			startRun: async (...args: Parameters<typeof service.startRun>) => {
				expected = tally.expected('g') ?? 0;
				return await service.startRun(...args);
			},
			getRun: service.getRun.bind(service),
			listRuns: service.listRuns.bind(service),
		};
		outcomes.length = 0;
		const following: Array<Promise<void>> = [];
		const jobs = manyJobs(costs.length, { creditBudget: each });
		await clock.run(
			startAll(jobs, { ...deps, service: withCosts, costs: tally }, (job, outcome) => {
				outcomes[job.item] = outcome.kind;
				if (outcome.kind !== 'started') return;
				const run = service.runs.find(({ id }) => id === outcome.id)!;
				// Polls see an end some time after it.
				const seenIn = Math.max(0, run.endsAt - clock.now()) + clock.random() * 5_000;
				const ending = clock.sleep(seenIn).then(() => {
					followed++;
					tally.settle(outcome.id, creditsOf(run));
				});
				following.push(ending);
			}).then(async () => await Promise.all(following)),
		);
	}
	const own = service.runs.filter(({ key }) => key !== undefined);
	const total = own.map(creditsOf).reduce((sum, credits) => sum + credits, 0);
	const dearest = Math.max(0, ...own.map(creditsOf));
	return { world, own, total, dearest, expected, outcomes, followed, spent };
}

const mixes = Array.from({ length: 1_000 }, (_, seed) => mixOf(seed + 1));

test('over 1,000 mixes of costs and concurrency a budget is exceeded by no more than the runs in flight cost beyond what was expected', async () => {
	let exceeded = 0;
	let stopped = 0;
	for (const mix of mixes) {
		const { own, total, dearest, expected, outcomes, followed } = await spend(mix);
		const overshoot = total - mix.budget;
		const allowed = mix.concurrency * Math.max(0, dearest - expected);
		if (own.length > 0 && overshoot > allowed + 1e-6) {
			throw new Error(
				`Seed ${mix.seed}: ${overshoot} over the budget of ${mix.budget}, allowed ${allowed}`,
			);
		}
		if (overshoot > 0) exceeded++;
		if (own.length < mix.costs.length) stopped++;
		// Every run that was started is followed to its end, and every other item was refused.
		expect(followed).toBe(own.length);
		expect(outcomes.filter((kind) => kind === 'started')).toHaveLength(own.length);
		expect(outcomes.filter((kind) => kind === 'overBudget')).toHaveLength(
			mix.costs.length - own.length,
		);
	}
	// Else the mixes would show nothing.
	expect(exceeded).toBeGreaterThan(100);
	expect(stopped).toBeGreaterThan(400);
}, 240_000);

test('a budget that is enough for the dearest of all stops nothing', async () => {
	for (const mix of mixes.slice(0, 100)) {
		const enough = { ...mix, budget: 60 * 51 };
		const { own } = await spend(enough);
		expect(own).toHaveLength(mix.costs.length);
	}
});

test('a retry with a raised budget starts only the rest, and counts what was spent before', async () => {
	for (const mix of mixes.slice(0, 100)) {
		const { own, outcomes, total, spent } = await spend(mix, {}, [mix.budget, 60 * 51]);
		expect(outcomes).toEqual(mix.costs.map(() => 'started'));
		expect(own).toHaveLength(mix.costs.length);
		expect(new Set(own.map(({ request }) => request)).size).toBe(mix.costs.length);
		const noted = Object.values(spent).reduce((sum, { credits = 0 }) => sum + credits, 0);
		expect(noted).toBeCloseTo(total, 6);
	}
});
