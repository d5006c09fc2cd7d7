import {
	ExecutionCancelledError,
	type INodeExecutionData,
	type IRun,
	type ITriggerFunctions,
} from 'n8n-workflow';
import type { Clock } from '../../runs';

/** Executions that run at the same time before another one is started: n8n stays usable. */
export const MAX_RUNNING = 5;
/** How long one of them is waited for, ms. */
export const EXECUTION_WAIT_MS = 5_000;
/** After which time an execution counts as stored, where nothing tells, ms. */
export const STORE_TIMEOUT_MS = 2_000;

/** Starts executions of a workflow, a limited number at a time. */
export class ExecutionStarter {
	private readonly running = new Set<Promise<unknown>>();

	constructor(
		private readonly context: Pick<ITriggerFunctions, 'emit' | 'helpers'>,
		private readonly clock: Clock,
	) {}

	/** Resolves when another execution can be started. */
	async whenFree(): Promise<void> {
		if (this.running.size >= MAX_RUNNING) await Promise.race(this.running);
	}

	/**
	 * Starts an execution.
	 *
	 * @param key n8n 2 refuses a second execution with the same one
	 * @param begun resolves when the execution has begun, where that is noticed
	 * @returns as soon as that is known: whether n8n has stored the execution
	 */
	async start(item: INodeExecutionData, key: string, begun: Promise<void>): Promise<boolean> {
		const { emit, helpers } = this.context;
		const done = helpers.createDeferredPromise<IRun>();
		emit([[item]], undefined, done, key);
		const ended = done.promise.then(
			() => true,
			(error) => error instanceof ExecutionCancelledError,
		);
		this.occupy(ended);
		return await this.within(STORE_TIMEOUT_MS, [begun.then(() => true), ended]);
	}

	/** Counts an execution as running until it ends, or has run for a while. */
	private occupy(ended: Promise<boolean>): void {
		const slot = this.within(EXECUTION_WAIT_MS, [ended]).finally(() => this.running.delete(slot));
		this.running.add(slot);
	}

	/** The first of some results; true if none comes in time. */
	private async within(ms: number, results: Array<Promise<boolean>>): Promise<boolean> {
		const given = new AbortController();
		const late = this.clock.sleep(ms, given.signal).then(() => true);
		const first = await Promise.race([...results, late]);
		given.abort();
		return first;
	}
}
