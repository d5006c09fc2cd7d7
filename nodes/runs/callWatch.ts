import type { Route } from './denials';

/** A call that is sent now. */
export interface SentCall {
	route?: Route;
	/** How long it waited until it could be sent, ms. */
	waitedMs: number;
}

/** Makes a call, and takes note of what is sent by it. */
export type CallWatch = <T>(sent: SentCall, call: () => T) => T;
