import type { Answer } from '../../runs';
import { type ErrorDetails, unreadableResponse } from './errorDetails';
import { isObject, parseJson } from './json';
import { redactData } from './redact';
import { retryAfter } from './retryAfter';
import type { Call, HttpService } from './types';

/** What a 429 without `Retry-After` asks for, ms. */
const DEFAULT_RETRY_AFTER_MS = 1_000;

/** What came of a call that was answered. */
export interface Response {
	status: number;
	headers: Record<string, unknown>;
	text: string;
}

/**
 * What a response means for the caller: a good status with JSON is `ok`; 429 `retryable`; 5xx, 408 and a good status
 * without JSON `indeterminate`; 401 and 403 `unauthorized`; 404 `notFound`; everything else `rejected`, unless the
 * service says otherwise. No text in the JSON holds a secret.
 *
 * @param now ms since 1970
 */
export function toAnswer(
	{ status, headers, text }: Response,
	call: Call,
	service: HttpService,
	secrets: readonly string[],
	now: number,
): Answer<unknown, ErrorDetails> {
	const value = redactData(parseJson(text), secrets);
	if (status >= 200 && status < 300) {
		return value === undefined
			? { kind: 'indeterminate', error: unreadableResponse(service, status, call.action) }
			: { kind: 'ok', value };
	}
	const body = value ?? redactData(text, secrets);
	const error = isPlainHttpRefused(status, text)
		? plainHttpRefused(status, call.action)
		: service.errorDetails(status, body, call.action);
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

/** Whether a web site answered with a good status, where JSON was asked for. */
export function isWebPage({ status, headers, text }: Response): boolean {
	if (status < 200 || status >= 300) return false;
	const begin = text.slice(0, 500);
	const isHtml = /^\s*(<!doctype html|<html|<head|<body)/i.test(begin);
	return isHtml || (/^text\/html\b/i.test(String(headers['content-type'])) && /^\s*</.test(begin));
}

/**
 * Whether a good status came from something else than the service: a web page, a text, or JSON without a field. Nothing
 * at all, and what begins like JSON and is none, can be an answer that was cut.
 */
export function isForeign(response: Response, field?: string): boolean {
	const { status } = response;
	if (status < 200 || status >= 300) return false;
	if (isWebPage(response)) return true;
	const text = response.text.trim();
	if (field === undefined || text === '') return false;
	const value = parseJson(text);
	if (value === undefined) return !/^[[{]/.test(text);
	return !isObject(value) || !(field in value);
}

/** How web servers answer plain HTTP on a port for HTTPS. */
function isPlainHttpRefused(status: number, text: string): boolean {
	return (
		status === 400 &&
		/plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|speaking plain HTTP to an SSL/i.test(
			text.slice(0, 2000),
		)
	);
}

function plainHttpRefused(status: number, action: string): ErrorDetails {
	return {
		message: `The server requires HTTPS when ${action} (status ${status})`,
		description: "Set 'API URL' in the credential to an address that starts with https://.",
		httpCode: status,
	};
}
