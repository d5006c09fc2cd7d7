export { isLoopback, isSameAddress, withoutQuery } from './address';
export { eventKey, MAX_SEEN, mergeSeen, RecentEvents, recentEvents, saveSeen } from './eventDedupe';
export { MAX_RECHECKS, RECHECK_DELAYS_MS, Rechecks } from './recheck';
export { deriveToken, digestToken, hasValidToken, newSalt } from './secret';
export { readState, type TriggerState } from './state';
