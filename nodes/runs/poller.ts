import { minPollDelay } from './delays';
import type { PollerDeps } from './listPoller';
import type { PolledRun } from './polledRun';
import type { RunSnapshot, WaitOutcome } from './types';
import { type PollerState, WorkflowPoller } from './workflowPoller';

/** A run to be waited for. */
export interface WaitTarget {
	workflowId: string;
	id: string;
	/** How long it may take from now on, ms. */
	timeoutMs: number;
	/** Whether it was started just now: then its age is how long it runs. */
	isNew?: boolean;
}

/**
 * One scheduler for all runs of a node, whatever workflows they belong to. Runs can be added at any time; each is
 * polled until it ends, its timeout passes, the service does not show it, or the user stops.
 *
 *     idle ──waitForFinish──> sleeping ──a run is due──> polling
 *      ▲                       ▲    │                      │
 *      │                       │    └──earlier run added───┤
 *      │                       └──────runs are left────────┤
 *      └───────────────no run is left, or aborted──────────┘
 */
export class RunPoller<TRequest, TRun, TError> {
	private readonly workflows = new Map<string, WorkflowPoller<TRequest, TRun, TError>>();
	private readonly state: PollerState = { requests: 1 };
	private isRunning = false;
	/** Monotonic ms, as all times here. */
	private lastRoundAt = -Infinity;
	private sleeping?: { until: number; wake: AbortController };

	constructor(private readonly deps: PollerDeps<TRequest, TRun, TError>) {}

	/**
	 * Waits until a run has finished. Callers that wait for the same run share its polls; each has its own timeout.
	 *
	 * @param snapshot the run as it was seen just now, if it was
	 * @returns rejects if the polls of this run keep throwing; the wait for other runs goes on
	 */
	waitForFinish(
		{ workflowId, id, timeoutMs, isNew = false }: WaitTarget,
		snapshot?: RunSnapshot<TRun>,
	): Promise<WaitOutcome<TRun, TError>> {
		const workflow = this.workflow(workflowId);
		const run = workflow.run(id, isNew);
		const outcome = run.wait(timeoutMs);
		if (snapshot) workflow.applyFirst(run, snapshot);
		if (this.sleeping && run.nextPollAt < this.sleeping.until) this.sleeping.wake.abort();
		if (!this.isRunning) {
			this.isRunning = true;
			void this.loop().catch((error) => this.runs().forEach((each) => each.reject(error)));
		}
		return outcome;
	}

	/** Takes note of a run that is waited for later: in its workflow's list it is above those of which note was taken before. */
	addToOrder({ workflowId, id }: Pick<WaitTarget, 'workflowId' | 'id'>): void {
		this.workflow(workflowId).order.add(id);
	}

	private workflow(workflowId: string): WorkflowPoller<TRequest, TRun, TError> {
		const workflow =
			this.workflows.get(workflowId) ?? new WorkflowPoller(workflowId, this.deps, this.state);
		this.workflows.set(workflowId, workflow);
		return workflow;
	}

	/** Runs that are still waited for. */
	private runs(): Array<PolledRun<TRun, TError>> {
		return [...this.workflows.values()].flatMap(({ runs }) => [...runs.values()]);
	}

	private async loop(): Promise<void> {
		const { clock, limiter } = this.deps;
		try {
			for (let runs = this.runs(); runs.length > 0; runs = this.runs()) {
				if (limiter.aborted) {
					runs.forEach((run) => run.settle({ kind: 'aborted', id: run.id }));
					break;
				}
				const earliest = runs.reduce((at, { nextPollAt }) => Math.min(at, nextPollAt), Infinity);
				const until = Math.max(
					earliest,
					this.lastRoundAt + minPollDelay(this.state.requests, limiter.msPerCall),
				);
				if (until > clock.monotonicNow()) await this.sleep(until, runs.length);
				else await this.pollDueRuns();
			}
		} finally {
			this.isRunning = false;
		}
	}

	private async sleep(until: number, runs: number): Promise<void> {
		const { clock, limiter, debug } = this.deps;
		const wake = new AbortController();
		const ms = until - clock.monotonicNow();
		debug?.(`runs in progress: ${runs}, next poll in ${Math.round(ms)} ms`);
		this.sleeping = { until, wake };
		await limiter.sleep(ms, clock, wake);
		this.sleeping = undefined;
	}

	private async pollDueRuns(): Promise<void> {
		this.lastRoundAt = this.deps.clock.monotonicNow();
		const workflows = [...this.workflows.values()];
		const requests = await Promise.all(
			workflows.map(async (workflow) => await workflow.pollDueRuns()),
		);
		this.state.requests = requests.reduce((sum, count) => sum + count, 0);
	}
}
