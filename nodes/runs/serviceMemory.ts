import { RequestGate } from './requestGate';
import type { Clock } from './types';

/** How many services, each with one of its keys, a process remembers. */
const MAX_SERVICES = 20;
/** Without a call for this long, what is known of one is forgotten, ms. */
const MAX_AGE_MS = 10 * 60_000;

/**
 * What the executions of one process share about a service that they call with the same key: how much it serves. Only a
 * hint: bounded, soon forgotten, and nothing depends on it.
 */
export interface ServiceMemory {
	gate: RequestGate;
}

/** By clock, then by account. */
const memories = new WeakMap<Clock, Map<string, ServiceMemory>>();

/** @param account the service and the key, as `RunService` has it; without it, nothing is shared */
export function serviceMemory(account: string | undefined, clock: Clock): ServiceMemory {
	const forget = clock.monotonicNow() - MAX_AGE_MS;
	const known = [...(memories.get(clock) ?? [])].filter(([, { gate }]) => gate.usedAt >= forget);
	const byAccount = new Map(known.slice(-MAX_SERVICES));
	const memory = byAccount.get(account ?? '') ?? { gate: new RequestGate(clock) };
	if (account === undefined) return memory;
	byAccount.delete(account);
	byAccount.set(account, memory);
	memories.set(clock, byAccount);
	return memory;
}
