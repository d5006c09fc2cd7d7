import type { IN8nHttpFullResponse } from 'n8n-workflow';
import type { Answer } from '../../runs';
import { type ErrorDetails, unreadableResponse } from './errorDetails';
import { parseJson } from './json';
import { retryAfter } from './retryAfter';
import type { Call, HttpService } from './types';

/** What a 429 without `Retry-After` asks for, ms. */
const DEFAULT_RETRY_AFTER_MS = 1_000;

/**
 * What a response means for the caller: a good status with JSON is `ok`; 429 `retryable`; 5xx, 408 and a good status
 * without JSON `indeterminate`; 401 and 403 `unauthorized`; 404 `notFound`; everything else `rejected`, unless the
 * service says otherwise.
 *
 * @param now ms since 1970
 */
export function toAnswer(
	{ statusCode: status, headers, body }: IN8nHttpFullResponse,
	call: Call,
	service: HttpService,
	now: number,
): Answer<unknown, ErrorDetails> {
	if (status >= 200 && status < 300) {
		const value = parseJson(body);
		return value === undefined
			? { kind: 'indeterminate', error: unreadableResponse(service, status, call.action) }
			: { kind: 'ok', value };
	}
	const error = service.errorDetails(status, body, call.action);
	const kind = service.answerKind?.(status, body, call);
	if (kind) return { kind, error };
	const retryAfterMs = retryAfter(headers['retry-after'], now);
	if (status === 429) {
		return { kind: 'retryable', error, retryAfterMs: retryAfterMs ?? DEFAULT_RETRY_AFTER_MS };
	}
	if (status >= 500 || status === 408) return { kind: 'indeterminate', error, retryAfterMs };
	if (status === 401 || status === 403) return { kind: 'unauthorized', error };
	return { kind: status === 404 ? 'notFound' : 'rejected', error };
}
