import type { Clock, RequestLimiter } from '../../runs';
import type { ErrorDetails } from '../http';

/** When runs are polled while the node is still awake, ms after it began. With the last of them the minute is over. */
const AWAKE_POLLS_MS = [5_000, 12_000, 28_000, 60_000];

/** How long a node stays awake, ms. */
export function awakeMs(): number {
	return AWAKE_POLLS_MS[AWAKE_POLLS_MS.length - 1];
}

/** The moments at which all runs of a node are polled together while it is awake: few, as what is waited for is long. */
export class Rounds {
	private readonly beganAt: number;
	private done = 0;
	private next?: Promise<void>;

	constructor(
		private readonly clock: Clock,
		private readonly limiter: RequestLimiter<ErrorDetails>,
	) {
		this.beganAt = clock.monotonicNow();
	}

	get areOver(): boolean {
		return this.done === AWAKE_POLLS_MS.length;
	}

	/** Resolves when the next round begins, for everyone at the same time; at once after Stop. */
	async untilNext(): Promise<void> {
		this.next ??= this.begin();
		await this.next;
	}

	private async begin(): Promise<void> {
		const at = this.beganAt + AWAKE_POLLS_MS[this.done];
		await this.limiter.sleep(Math.max(0, at - this.clock.monotonicNow()), this.clock);
		this.done += 1;
		this.next = undefined;
	}
}
