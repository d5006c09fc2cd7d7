import type { Answer } from '../../runs';
import type { ErrorDetails, ServiceName } from './errorDetails';

/** The network's codes in words; n8n would replace a message that holds a code with one of its own. */
const NETWORK_ERROR_TEXT: Record<string, string> = {
	ECONNREFUSED: 'connection refused',
	ECONNRESET: 'connection reset',
	ECONNABORTED: 'timed out',
	ETIMEDOUT: 'timed out',
	ENOTFOUND: 'host name not found',
	EAI_AGAIN: 'host name not found',
	EHOSTUNREACH: 'host unreachable',
	ENETUNREACH: 'network unreachable',
};

/** Nobody was reached, so nothing can have happened. */
const UNSENT_CODES = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** The connection is never good enough to send anything. */
const TLS_CODES =
	/^(ERR_TLS|ERR_SSL|ERR_INVALID_URL|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO)/;

/**
 * What a call without a response means: what matters is whether the request can have arrived.
 *
 * @param code of the network, such as `ECONNREFUSED`; empty if there is none
 */
export function networkAnswer(
	code: string,
	action: string,
	service: ServiceName,
): Answer<never, ErrorDetails> {
	const error = networkError(service, code, action);
	if (UNSENT_CODES.includes(code)) return { kind: 'retryable', error };
	return { kind: TLS_CODES.test(code) ? 'rejected' : 'indeterminate', error };
}

function networkError({ name }: ServiceName, code: string, action: string): ErrorDetails {
	return {
		message: `Couldn't reach ${name} when ${action}: ${NETWORK_ERROR_TEXT[code] ?? 'connection lost'}`,
		description:
			'Check that n8n can reach the API URL in the credential, including through any proxy or firewall. If it can, try again in a few minutes.',
	};
}

/** n8n wraps what axios throws, and the code moves: it can be in the error or in one of its causes. */
export function networkCode(error: unknown): string {
	let at = error;
	for (let depth = 0; at && typeof at === 'object' && depth < 5; depth++) {
		const { code, httpCode, cause, errorResponse } = at as Record<string, unknown>;
		const found = [code, httpCode].find(
			(text) => typeof text === 'string' && /^[A-Z][A-Z_]+$/.test(text),
		);
		if (typeof found === 'string') return found;
		at = cause ?? errorResponse;
	}
	return '';
}
