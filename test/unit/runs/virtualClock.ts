/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { Clock, MonotonicTime } from '../../../nodes/runs';
import { seededRandom } from '../../fakes/core';

interface Timer {
	/** ms since the clock was made. */
	at: number;
	/** Timers of the same moment go off in the order in which they were set. */
	order: number;
	goOff: () => void;
}

/**
 * A clock on which an hour takes a millisecond: time stands still until everything waits for it, then it jumps to the
 * next timer. The same seed gives the same course.
 */
export class VirtualClock implements Clock {
	/** 0 to 1, from the seed. */
	readonly random: () => number;
	/** Whether `longestTurnMs` is measured, which costs more than most turns do. */
	measuresTurns = false;
	/** The longest that the processor was busy between two timers, in ms of its time. */
	longestTurnMs = 0;
	/** ms since the clock was made. */
	private time = 0;
	private set = 0;
	private readonly timers = new Set<Timer>();
	/** Every timer, soonest first; those not in `timers` any more are skipped. */
	private readonly queue: Timer[] = [];

	/** @param start ms since 1970 */
	constructor(
		seed = 1,
		readonly start = Date.UTC(2026, 0, 1),
	) {
		this.random = seededRandom(seed);
	}

	readonly now = (): number => this.start + this.time;

	readonly monotonicNow = (): MonotonicTime => this.time as MonotonicTime;

	/** The machine is suspended: time passes, and nothing happens meanwhile. */
	suspend(ms: number): void {
		this.time += ms;
	}

	/** ms since the clock was made. */
	get passed(): number {
		return this.time;
	}

	readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
		if (signal?.aborted) return;
		await new Promise<void>((resolve) => {
			const stop = () => {
				signal?.removeEventListener('abort', stop);
				this.timers.delete(timer);
				resolve();
			};
			const timer = this.after(ms, stop);
			signal?.addEventListener('abort', stop, { once: true });
		});
	};

	/** Does something once `ms` have passed. */
	after(ms: number, goOff: () => void): Timer {
		if (Number.isNaN(ms)) throw new TypeError('A timer of NaN ms');
		const timer = { at: this.time + Math.max(0, ms), order: this.set++, goOff };
		this.timers.add(timer);
		if (timer.at < Infinity) this.queue.splice(this.placeOf(timer), 0, timer);
		return timer;
	}

	/**
	 * Lets time pass until the work is done.
	 *
	 * @throws what the work throws; and when the work waits for something that is not a timer, or for longer than `mostMs`
	 */
	async run<T>(work: Promise<T>, mostMs = 30 * 24 * 3_600_000): Promise<T> {
		let over = false;
		const end = () => void (over = true);
		work.then(end, end);
		const until = this.time + mostMs;
		for (;;) {
			const before = this.measuresTurns && process.cpuUsage();
			// Behind every promise that is settled already.
			await new Promise((resolve) => setImmediate(resolve));
			if (before) {
				const { user, system } = process.cpuUsage(before);
				this.longestTurnMs = Math.max(this.longestTurnMs, (user + system) / 1000);
			}
			if (over) return await work;
			this.toNextTimer(until);
		}
	}

	private toNextTimer(until: number): void {
		let timer = this.queue.shift();
		while (timer && !this.timers.delete(timer)) timer = this.queue.shift();
		if (!timer) throw new Error('Nothing will ever happen: no timer runs');
		if (timer.at > until) throw new Error('It takes longer than it may');
		this.time = Math.max(this.time, timer.at);
		timer.goOff();
	}

	private placeOf({ at }: Timer): number {
		let [low, high] = [0, this.queue.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.queue[middle].at <= at) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}
