export { Calls } from './calls';
export { Follower, type Target } from './follow';
export { insist } from './insist';
export type { StartJob, StartRecord } from './ledger';
export { startAll } from './start';
export type {
	Answer,
	Clock,
	FollowOutcome,
	RunService,
	Seen,
	StartKey,
	StartOutcome,
} from './types';
