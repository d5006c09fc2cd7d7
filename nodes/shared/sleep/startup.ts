import type { Clock } from '../../runs';

/** How long n8n may take from loading its nodes to waking what sleeps, ms. */
const BOOT_MS = 3 * 60_000;
/**
 * How long after that it may still repair what was under way when it ended, ms. It takes sleeping executions for such,
 * and writes back what it has read of them: one that went on meanwhile would be undone, or go on twice. Less than a
 * minute, as then n8n looks for helpers that have ended, and a helper that it repairs looks as if it had.
 */
const REPAIR_MS = 45_000;

/** When n8n loaded this node, monotonic ms. */
const loadedAt = performance.now();
/** When the first poll step in this process began. */
let firstPollAt: number | undefined;

/** Waits until n8n has surely started. In a process that isn't new it resolves at once; so it does after Stop. */
export async function untilStarted(clock: Clock, signal?: AbortSignal): Promise<void> {
	const now = clock.monotonicNow();
	firstPollAt ??= now;
	const isNew = firstPollAt < loadedAt + BOOT_MS;
	const leftMs = firstPollAt + REPAIR_MS - now;
	if (isNew && leftMs > 0) await clock.sleep(leftMs, signal);
}
