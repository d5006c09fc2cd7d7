import type { INodeExecutionData, IRun, ITriggerFunctions } from 'n8n-workflow';
import type { Clock } from '../../runs';

/** Executions that run at the same time before another one is started: n8n stays usable. */
export const MAX_RUNNING = 5;
/** How long one of them is waited for, ms. */
export const EXECUTION_WAIT_MS = 5_000;

/** Starts executions of a workflow one after the other, a limited number at a time. */
export class ExecutionStarter {
	private readonly running = new Set<Promise<unknown>>();

	constructor(
		private readonly context: Pick<ITriggerFunctions, 'emit' | 'helpers'>,
		private readonly clock: Clock,
	) {}

	/** Starts an execution, and resolves when another one can be started. */
	async start(item: INodeExecutionData): Promise<void> {
		const { emit, helpers } = this.context;
		const done = helpers.createDeferredPromise<IRun>();
		emit([[item]], undefined, done);
		const ended = done.promise.catch(() => undefined).finally(() => this.running.delete(ended));
		this.running.add(ended);
		if (this.running.size < MAX_RUNNING) return;
		const given = new AbortController();
		await Promise.race([...this.running, this.clock.sleep(EXECUTION_WAIT_MS, given.signal)]);
		given.abort();
		// Whatever takes longer isn't waited for again.
		if (this.running.size >= MAX_RUNNING) this.running.clear();
	}
}
