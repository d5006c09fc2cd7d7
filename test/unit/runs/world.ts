import {
	RequestLimiter,
	RunPoller,
	startAll,
	type Clock,
	type WaitOutcome,
	type RunSnapshot,
	type StartJob,
	type StartOutcome,
	type StartRecord,
} from '../../../nodes/runs';
import { RequestGate } from '../../../nodes/runs/requestGate';
import { TestService, type TestRun, type TestSettings } from './testService';
import { VirtualClock } from './virtualClock';

export type Job = StartJob<string>;
export type Started = StartOutcome<TestRun, string>;
export type Followed = WaitOutcome<TestRun, string>;

interface WorldSettings extends Partial<TestSettings> {
	seed?: number;
	concurrency?: number;
}

/** A node run and everything around it: clock, service, the user's stop button, and what is kept between tries. */
export class World {
	readonly clock: VirtualClock;
	readonly service: TestService;
	readonly records: StartRecord[] = [];
	readonly concurrency: number;
	failFast = false;
	/** By how much the date is wrong on the machine of the node, ms. */
	wrongDateMs = 0;
	/** The node's clock; the service has its own. */
	private readonly nodeClock: Clock;
	/** Shared by all tries, as in one process. */
	private readonly gate: RequestGate;
	private keys = 0;
	private button = new AbortController();

	constructor({ seed = 1, concurrency = 10, ...settings }: WorldSettings = {}) {
		this.clock = new VirtualClock(seed);
		this.service = new TestService(this.clock, settings);
		this.concurrency = concurrency;
		const { monotonicNow, sleep, random } = this.clock;
		const now = () => this.clock.now() + this.wrongDateMs;
		this.nodeClock = { now, monotonicNow, sleep, random };
		this.gate = new RequestGate(this.nodeClock);
	}

	get signal(): AbortSignal {
		return this.button.signal;
	}

	stop(): void {
		this.button.abort();
	}

	/** After a stop: the user runs the execution again. */
	again(): void {
		this.button = new AbortController();
	}

	/** What one try of the node works with. */
	deps() {
		const { service, nodeClock: clock, records, failFast } = this;
		const { concurrency, signal, gate } = this;
		const limiter = new RequestLimiter<string>(concurrency, signal, clock, gate);
		const newKey = () => `key${++this.keys}`;
		const poller = new RunPoller({ service, limiter, clock });
		return { service, limiter, clock, newKey, records, failFast, poller };
	}

	/** One try of the operation Start. Each item's outcome, in item order. */
	async start(jobs: Job[]): Promise<Started[]> {
		return await this.clock.run(this.starting(jobs));
	}

	/** As `start`, for tests that let time pass themselves. */
	async starting(jobs: Job[], deps = this.deps()): Promise<Started[]> {
		const outcomes = new Map<Job, Started>();
		await startAll(jobs, deps, (job, outcome) => {
			if (outcomes.has(job)) throw new Error(`Item ${job.item} ended twice`);
			outcomes.set(job, outcome);
		});
		return jobs.map((job) => outcomes.get(job)!);
	}

	/** One try of Start and Wait. Each item's outcome, in item order; a start's where there was no run to follow. */
	async startAndWait(jobs: Job[], timeoutMs = 600_000): Promise<Array<Started | Followed>> {
		return await this.clock.run(this.startingAndWaiting(jobs, timeoutMs));
	}

	/** As `startAndWait`, for tests that let time pass themselves. */
	async startingAndWaiting(jobs: Job[], timeoutMs = 600_000): Promise<Array<Started | Followed>> {
		const deps = this.deps();
		const ends = new Map<Job, Promise<Started | Followed>>();
		await startAll(jobs, deps, (job, outcome) => {
			if (ends.has(job)) throw new Error(`Item ${job.item} ended twice`);
			const { workflowId } = job;
			const end =
				outcome.kind === 'started'
					? deps.poller.waitForFinish({ workflowId, id: outcome.id, timeoutMs }, outcome.snapshot)
					: Promise.resolve(outcome);
			ends.set(job, end);
		});
		return await Promise.all(jobs.map(async (job) => await ends.get(job)!));
	}

	/** One try of Wait, for runs that are there already. */
	async wait(runs: TestRun[], timeoutMs = 600_000): Promise<Followed[]> {
		return await this.clock.run(this.waiting(runs, timeoutMs));
	}

	/** As `wait`, for tests that let time pass themselves. */
	async waiting(
		runs: TestRun[],
		timeoutMs = 600_000,
		seen?: RunSnapshot<TestRun>,
	): Promise<Followed[]> {
		const { poller } = this.deps();
		return await Promise.all(
			runs.map(
				async ({ workflowId, id }) =>
					await poller.waitForFinish({ workflowId, id, timeoutMs }, seen),
			),
		);
	}
}

/** One start per name, of workflowId `g` unless told. The name stands for all of the item's data. */
export function jobs(names: string[], more: Partial<Job> = {}): Job[] {
	return names.map((name, item) => ({
		item,
		workflowId: 'g',
		fingerprint: name,
		request: name,
		...more,
	}));
}

export function manyJobs(count: number, more: Partial<Job> = {}): Job[] {
	return jobs(
		Array.from({ length: count }, (_, index) => `item ${index}`),
		more,
	);
}
