import type { FunctionsBase } from 'n8n-workflow';
import { redact } from '../shared/http';

/** Line breaks and other control characters, with which an id could fake a line of the log. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Writes lines of n8n's log: `Copy.ai Trigger "My trigger" ignored …`. */
export type Log = (level: 'info' | 'warn' | 'error', text: string) => void;

/**
 * A line that can't be written is left out: no event must be lost for it.
 *
 * @param secrets to mask in every line
 */
export function createLog(
	context: Pick<FunctionsBase, 'getNode' | 'logger'>,
	secrets: string[],
): Log {
	const { name } = context.getNode();
	return (level, text) => {
		const line = redact(`Copy.ai Trigger "${name}" ${text}`, secrets);
		try {
			context.logger[level](line.replace(CONTROL, ' '));
		} catch {
			// Its target is gone, such as a file on a full disk.
		}
	};
}
