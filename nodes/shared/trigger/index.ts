export { isLoopback, isSameAddress, movedUrl, withoutQuery } from './address';
export { CatchUp, type CatchUpSource } from './catchUp';
export {
	beginCatchUp,
	type FoundEvent,
	findEvents,
	type ListedRun,
	MAX_AGE_MS,
	skipReport,
} from './catchUpWindow';
export {
	eventKey,
	MAX_SEEN,
	mergeSeen,
	RecentEvents,
	recentEvents,
	type RunEvent,
	saveSeen,
} from './eventDedupe';
export { MAX_RECHECKS, RECHECK_DELAYS_MS, Rechecks } from './recheck';
export { diffRegistrations, isUpToDate, type RegistrationDiff } from './registrations';
export { deriveToken, digestToken, hasValidToken, newSalt } from './secret';
export {
	answerQuestion,
	askProcesses,
	isQuestion,
	mergeWorkflows,
	readStarted,
	type SharedMemory,
	tellStarted,
} from './sharedMemory';
export { ExecutionStarter } from './startExecutions';
export { type CatchUpState, readState, strings, type TriggerState } from './state';
