import type { FunctionsBase } from 'n8n-workflow';

/** Line breaks and other control characters, with which an id could fake a line of the log. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Where n8n's log is written to. */
export type LogContext = Pick<FunctionsBase, 'getNode' | 'logger'>;

/** Writes one line of n8n's log. One that can't be written is left out: its target is gone, such as a full disk. */
export function writeLine(
	{ logger }: Pick<LogContext, 'logger'>,
	level: 'debug' | 'info' | 'warn' | 'error',
	line: () => string,
): void {
	try {
		logger[level](line().replace(CONTROL, ' '));
	} catch {
		// The work counts, not what is said of it.
	}
}
