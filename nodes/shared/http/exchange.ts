import type { Clock } from '../../runs';
import { readBody } from './body';

/** How long one call may take until all of its answer is there, ms. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * The most that is read of one answer, after decompression, bytes. A full page of 100 runs may have outputs of 650 kB
 * each; ten answers at once that never end stay below the memory that n8n has by default.
 */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Of an answer with a bad status; there are only some words in it. */
const MAX_ERROR_BODY_BYTES = 1024 * 1024;

/** What n8n's helper resolves to. */
export interface HttpResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	/** A stream, or a text that has been read already. */
	body: unknown;
}

/** What came of sending one request. */
export type Exchange =
	| { kind: 'response'; status: number; headers: Record<string, unknown>; text: string }
	/** There was more than `MAX_BODY_BYTES`. */
	| { kind: 'oversized' }
	| { kind: 'timedOut' }
	/** The user stopped the execution. */
	| { kind: 'aborted' };

/**
 * Sends a request and reads its answer. When that takes longer or is more than allowed, or the user stops the execution,
 * the connection is closed. A bad status counts however much of its body can be read.
 *
 * @param send the request; the connection is closed by the signal. Destroying the body would not do: n8n 2 wraps it in
 * a stream that passes this on with the next bytes only
 * @param stop of the execution
 * @throws what is thrown where no answer came, or where one with a good status broke off
 */
export async function exchange(
	send: (timeoutMs: number, signal: AbortSignal) => Promise<HttpResponse>,
	clock: Clock,
	stop?: AbortSignal,
): Promise<Exchange> {
	const finished = new AbortController();
	const finish = () => finished.abort();
	let response: HttpResponse | undefined;

	const receive = async (): Promise<Exchange> => {
		response = await send(REQUEST_TIMEOUT_MS, finished.signal);
		const { statusCode: status, headers, body } = response;
		if (isGood(status)) {
			const text = await readBody(body, MAX_BODY_BYTES);
			return text === undefined
				? { kind: 'oversized' }
				: { kind: 'response', status, headers, text };
		}
		const text = await readBody(body, MAX_ERROR_BODY_BYTES).catch(() => '');
		return { kind: 'response', status, headers, text: text ?? '' };
	};
	const limit = async (): Promise<Exchange> => {
		await clock.sleep(REQUEST_TIMEOUT_MS, finished.signal);
		if (stop?.aborted) return { kind: 'aborted' };
		if (!response || isGood(response.statusCode)) return { kind: 'timedOut' };
		return { kind: 'response', status: response.statusCode, headers: response.headers, text: '' };
	};

	if (stop?.aborted) return { kind: 'aborted' };
	stop?.addEventListener('abort', finish, { once: true });
	try {
		return await Promise.race([receive(), limit()]);
	} finally {
		stop?.removeEventListener('abort', finish);
		finish();
	}
}

function isGood(status: number): boolean {
	return status >= 200 && status < 300;
}
