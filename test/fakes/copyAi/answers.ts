import { type HttpAnswer, json } from '../core';

export function success(data: unknown): HttpAnswer {
	return json(200, { status: 'success', data });
}

/** The service's errors: a code and no message. */
export function failure(
	status: number,
	errorCode: string,
	details?: Record<string, string[]>,
): HttpAnswer {
	return json(status, { status: 'error', errorCode, details });
}
