import type { Clock } from '../../runs';
import { closeBody, readBody } from './body';

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
	| { kind: 'timedOut' };

/**
 * Sends a request and reads its answer. When that takes longer or is more than allowed, the connection is closed. A bad
 * status counts however much of its body can be read.
 *
 * @param send the request; it ends by itself when no answer begins within `REQUEST_TIMEOUT_MS`
 * @throws what is thrown where no answer came, or where one with a good status broke off
 */
export async function exchange(
	send: (timeoutMs: number) => Promise<HttpResponse>,
	clock: Clock,
): Promise<Exchange> {
	const finished = new AbortController();
	let response: HttpResponse | undefined;

	const receive = async (): Promise<Exchange> => {
		response = await send(REQUEST_TIMEOUT_MS);
		const { statusCode: status, headers, body } = response;
		// It came after the limit.
		if (finished.signal.aborted) closeBody(body);
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
		if (!response || isGood(response.statusCode)) return { kind: 'timedOut' };
		return { kind: 'response', status: response.statusCode, headers: response.headers, text: '' };
	};

	try {
		return await Promise.race([receive(), limit()]);
	} finally {
		finished.abort();
		closeBody(response?.body);
	}
}

function isGood(status: number): boolean {
	return status >= 200 && status < 300;
}
