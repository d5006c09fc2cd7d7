import type { Clock } from '../../runs';

/**
 * How long after its start n8n may still repair what was under way when it ended, ms. It takes sleeping executions for
 * such, and writes back what it has read of them: one that went on meanwhile would be undone, or go on twice.
 */
const STARTUP_MS = 45_000;

/** When n8n loaded this node: while it starts. A hint, as all that a process remembers. */
const loadedAt = performance.now();

/** Waits until n8n has surely started. At any other time it resolves at once; so it does after Stop. */
export async function untilStarted(clock: Clock, signal?: AbortSignal): Promise<void> {
	const leftMs = loadedAt + STARTUP_MS - clock.monotonicNow();
	if (leftMs > 0) await clock.sleep(leftMs, signal);
}
