import { RequestLimiter, type Answer } from '../../../nodes/runs';
import { backoff } from '../../../nodes/runs/delays';
import { RequestGate } from '../../../nodes/runs/requestGate';
import { VirtualClock } from './virtualClock';

/** How a service limits calls. */
export interface Limit {
	/** Whether it serves a call at this time, ms. */
	takes(now: number): boolean;
	/** What it asks for when it refuses one, ms; as the layer above has it. */
	retryAfterMs(now: number): number;
}

/** A bucket that is full at first: `perSecond` calls flow in, up to `burst`. */
export function bucket(perSecond: number, burst: number): Limit & { perSecond: number } {
	let tokens = burst;
	let at = 0;
	return {
		perSecond,
		takes(now) {
			tokens = Math.min(burst, tokens + ((now - at) * this.perSecond) / 1000);
			at = now;
			const isTaken = tokens >= 1;
			if (isTaken) tokens--;
			return isTaken;
		},
		retryAfterMs: () => 1_000,
	};
}

/** So many calls in each window; it says when the next one begins, in whole seconds. */
export function fixedWindow(calls: number, windowMs: number): Limit {
	let window = 0;
	let taken = 0;
	return {
		takes(now) {
			const current = Math.floor(now / windowMs);
			if (current !== window) taken = 0;
			window = current;
			taken++;
			return taken <= calls;
		},
		retryAfterMs: (now) => 1000 * Math.ceil((windowMs - (now % windowMs)) / 1000),
	};
}

export const unlimited: Limit = { takes: () => true, retryAfterMs: () => 0 };

/** What a service saw. */
export interface Load {
	/** When calls were served and refused, ms. */
	served: number[];
	refused: number[];
	mostInFlight: number;
}

interface Work {
	/** How many calls are to be served. */
	calls: number;
	concurrency: number;
	latencyMs?: number;
}

/** A service that limits calls, and who calls it until all that is wanted was served. */
export class LimitedService {
	readonly clock = new VirtualClock();
	readonly load: Load = { served: [], refused: [], mostInFlight: 0 };
	private inFlight = 0;

	constructor(
		private readonly limit: Limit,
		private readonly latencyMs = 50,
	) {}

	async call(): Promise<Answer<number, string>> {
		const { clock, limit, load, latencyMs } = this;
		this.inFlight++;
		load.mostInFlight = Math.max(load.mostInFlight, this.inFlight);
		await clock.sleep(latencyMs / 2);
		const now = clock.passed;
		const isServed = limit.takes(now);
		(isServed ? load.served : load.refused).push(now);
		await clock.sleep(latencyMs / 2);
		this.inFlight--;
		if (isServed) return { kind: 'ok', value: now };
		return { kind: 'retryable', error: 'too early', retryAfterMs: limit.retryAfterMs(now) };
	}

	/** Calls until so many were served; a call that was refused is made again as a start is. */
	async work(calls: number, limiter: RequestLimiter<string>): Promise<void> {
		const { clock } = this;
		let left = calls;
		const worker = async () => {
			while (left > 0) {
				left--;
				for (let failed = 1; ; failed++) {
					const answer = await limiter.run(async () => await this.call(), limiter.newRoute());
					if (answer.kind !== 'retryable') break;
					await clock.sleep(backoff(failed, clock, answer.retryAfterMs));
				}
			}
		};
		await Promise.all(Array.from({ length: limiter.concurrency }, worker));
	}

	limiter(concurrency: number): RequestLimiter<string> {
		return new RequestLimiter<string>(
			concurrency,
			undefined,
			this.clock,
			new RequestGate(this.clock),
		);
	}
}

/** What came of some work. */
export async function loadOf(limit: Limit, { calls, concurrency, latencyMs }: Work): Promise<Load> {
	const service = new LimitedService(limit, latencyMs);
	await service.clock.run(service.work(calls, service.limiter(concurrency)));
	return service.load;
}

/** The most that happened within one second. */
export function mostPerSecond(times: number[]): number {
	let from = 0;
	return times.reduce((most, time, index) => {
		while (times[from] <= time - 1000) from++;
		return Math.max(most, index - from + 1);
	}, 0);
}
