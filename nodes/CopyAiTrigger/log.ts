import { type LogContext, redact, writeLine } from '../shared/http';

/** Writes lines of n8n's log: `Copy.ai Trigger "My trigger" ignored …`. */
export type Log = (level: 'info' | 'warn' | 'error', text: string) => void;

/**
 * A line that can't be written is left out: no event must be lost for it.
 *
 * @param secrets to mask in every line
 */
export function createLog(context: LogContext, secrets: string[]): Log {
	const { name } = context.getNode();
	return (level, text) =>
		writeLine(context, level, () => redact(`Copy.ai Trigger "${name}" ${text}`, secrets));
}
