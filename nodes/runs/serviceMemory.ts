import { Durations } from './durations';
import { latestEntry } from './latestEntry';
import { RequestGate } from './requestGate';
import { RunOrder } from './runOrder';
import type { Clock } from './types';

/** How many services, each with one of its keys, a process remembers, and how many workflows of each. */
const MAX_SERVICES = 20;
const MAX_WORKFLOWS = 100;
/** Without a call for this long, how much a service serves is forgotten, ms. */
const MAX_AGE_MS = 10 * 60_000;

/** What is remembered of the runs of one workflow. */
export interface WorkflowMemory {
	durations: Durations;
	order: RunOrder;
}

/**
 * What the executions of one process share about a service that they call with the same key: how much it serves,
 * how long its runs take, and in which order they were started. Only hints: bounded, and nothing depends on them.
 */
export class ServiceMemory {
	private readonly workflows = new Map<string, WorkflowMemory>();
	private knownGate: RequestGate;

	constructor(private readonly clock: Clock) {
		this.knownGate = new RequestGate(clock);
	}

	/** What all calls pass. */
	get gate(): RequestGate {
		const isForgotten = this.knownGate.usedAt < this.clock.monotonicNow() - MAX_AGE_MS;
		if (isForgotten) this.knownGate = new RequestGate(this.clock);
		return this.knownGate;
	}

	workflow(workflowId: string): WorkflowMemory {
		return latestEntry(this.workflows, workflowId, MAX_WORKFLOWS, () => ({
			durations: new Durations(this.clock),
			order: new RunOrder(),
		}));
	}
}

/** By clock, then by account. */
const memories = new WeakMap<Clock, Map<string, ServiceMemory>>();

/** @param account the service and the key, as `RunService` has it; without it, nothing is shared */
export function serviceMemory(account: string | undefined, clock: Clock): ServiceMemory {
	if (account === undefined) return new ServiceMemory(clock);
	const byAccount = memories.get(clock) ?? new Map<string, ServiceMemory>();
	memories.set(clock, byAccount);
	return latestEntry(byAccount, account, MAX_SERVICES, () => new ServiceMemory(clock));
}
