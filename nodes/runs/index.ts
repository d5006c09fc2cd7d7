export type { CallWatch, SentCall } from './callWatch';
export { RequestLimiter } from './requestLimiter';
export { serviceMemory } from './serviceMemory';
export { RunPoller, type WaitTarget } from './poller';
export { listOrder } from './listOrder';
export { PageTracker } from './pageTracker';
export { retry } from './retry';
export { recordOf, type StartJob, type StartRecord } from './startRecords';
export { ExecutionCosts, type SpentCredits } from './executionCosts';
export { startAll } from './starter';
export type {
	Answer,
	Clock,
	Debug,
	ListDoubt,
	MonotonicTime,
	UserKeyRules,
	WaitOutcome,
	RunService,
	RunSnapshot,
	StartKey,
	StartOutcome,
} from './types';
