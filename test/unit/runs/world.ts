import {
	Calls,
	Follower,
	startAll,
	type FollowOutcome,
	type Seen,
	type StartJob,
	type StartOutcome,
	type StartRecord,
} from '../../../nodes/runs';
import { TestService, type TestRun, type TestSettings } from './testService';
import { VirtualClock } from './virtualClock';

export type Job = StartJob<string>;
export type Started = StartOutcome<TestRun, string>;
export type Followed = FollowOutcome<TestRun, string>;

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
	stopAtTrouble = false;
	private keys = 0;
	private button = new AbortController();

	constructor({ seed = 1, concurrency = 10, ...settings }: WorldSettings = {}) {
		this.clock = new VirtualClock(seed);
		this.service = new TestService(this.clock, settings);
		this.concurrency = concurrency;
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
	tools() {
		const { service, clock, records, stopAtTrouble } = this;
		const calls = new Calls<string>(this.concurrency, this.signal);
		const newKey = () => `key${++this.keys}`;
		const follower = new Follower({ service, calls, clock });
		return { service, calls, clock, newKey, records, stopAtTrouble, follower };
	}

	/** One try of the operation Start. Each item's outcome, in item order. */
	async start(jobs: Job[]): Promise<Started[]> {
		return await this.clock.run(this.starting(jobs));
	}

	/** As `start`, for tests that let time pass themselves. */
	async starting(jobs: Job[], tools = this.tools()): Promise<Started[]> {
		const outcomes = new Map<Job, Started>();
		await startAll(jobs, tools, (job, outcome) => {
			if (outcomes.has(job)) throw new Error(`Item ${job.item} ended twice`);
			outcomes.set(job, outcome);
		});
		return jobs.map((job) => outcomes.get(job)!);
	}

	/** One try of Start and Wait. Each item's outcome, in item order; a start's where there was no run to follow. */
	async startAndWait(jobs: Job[], limitMs = 600_000): Promise<Array<Started | Followed>> {
		return await this.clock.run(this.startingAndWaiting(jobs, limitMs));
	}

	/** As `startAndWait`, for tests that let time pass themselves. */
	async startingAndWaiting(jobs: Job[], limitMs = 600_000): Promise<Array<Started | Followed>> {
		const tools = this.tools();
		const ends = new Map<Job, Promise<Started | Followed>>();
		await startAll(jobs, tools, (job, outcome) => {
			if (ends.has(job)) throw new Error(`Item ${job.item} ended twice`);
			const { group } = job;
			const end =
				outcome.kind === 'started'
					? tools.follower.add({ group, id: outcome.id, limitMs }, outcome.seen)
					: Promise.resolve(outcome);
			ends.set(job, end);
		});
		return await Promise.all(jobs.map(async (job) => await ends.get(job)!));
	}

	/** One try of Wait, for runs that are there already. */
	async wait(runs: TestRun[], limitMs = 600_000): Promise<Followed[]> {
		return await this.clock.run(this.waiting(runs, limitMs));
	}

	/** As `wait`, for tests that let time pass themselves. */
	async waiting(runs: TestRun[], limitMs = 600_000, seen?: Seen<TestRun>): Promise<Followed[]> {
		const { follower } = this.tools();
		return await Promise.all(
			runs.map(async ({ group, id }) => await follower.add({ group, id, limitMs }, seen)),
		);
	}
}

/** One start per name, of group `g` unless told. The name stands for all of the item's data. */
export function jobs(names: string[], more: Partial<Job> = {}): Job[] {
	return names.map((name, item) => ({ item, group: 'g', subject: name, request: name, ...more }));
}

export function manyJobs(count: number, more: Partial<Job> = {}): Job[] {
	return jobs(
		Array.from({ length: count }, (_, index) => `item ${index}`),
		more,
	);
}
