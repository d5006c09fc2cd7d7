import type { CallWatch, Clock, Debug, SentCall } from '../../runs';
import { clock as realClock } from './clock';
import { type LogContext, writeLine } from './log';

/**
 * The debug log of one node's turn: a line per request and per decision, for reports of faults. There are IDs, times and
 * counts in it, but no key and nothing that was sent or returned.
 *
 *     Service "My node": starting a run of workflow W-1: 200, 84 ms, attempt 1, waited 0 ms
 */
export class RequestLog {
	/** The call that is being sent. */
	private sent?: SentCall;
	/** Calls in a row that did not succeed, by their route. */
	private readonly failures = new Map<string, number>();

	/** @param say writes one line */
	constructor(
		readonly say: Debug,
		private readonly clock: Clock = realClock,
	) {}

	/** For the limiter: the request that a call sends at once is that call's. */
	readonly watch: CallWatch = (sent, call) => {
		this.sent = sent;
		try {
			return call();
		} finally {
			this.sent = undefined;
		}
	};

	/**
	 * Takes note of a request that is sent now.
	 *
	 * @param action as it reads after "when" in a message
	 * @returns a function for what came of it: the status, or why there is none
	 */
	begin(action: string): (result: number | string) => void {
		const { clock, failures, sent } = this;
		const sentAt = clock.monotonicNow();
		const route = JSON.stringify(sent?.route);
		const attempt = 1 + (failures.get(route) ?? 0);
		return (result) => {
			const isGood = typeof result === 'number' && result < 300;
			if (isGood) failures.delete(route);
			else failures.set(route, attempt);
			const turn = sent ? `, attempt ${attempt}, waited ${Math.round(sent.waitedMs)} ms` : '';
			this.say(`${action}: ${result}, ${Math.round(clock.monotonicNow() - sentAt)} ms${turn}`);
		};
	}
}

/** @param name of the service */
export function createRequestLog(context: LogContext, name: string, clock?: Clock): RequestLog {
	let node: string | undefined;
	return new RequestLog(
		(text) =>
			writeLine(context, 'debug', () => {
				// n8n copies the whole node each time it is asked for it.
				node ??= context.getNode().name;
				return `${name} "${node}": ${text}`;
			}),
		clock,
	);
}
