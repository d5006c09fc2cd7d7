import type { Answer } from '../../runs';
import type { ErrorDetails, ServiceName } from './errorDetails';

/** What a network's code means. Without `kind` the request may have arrived. */
interface NetworkError {
	codes: RegExp;
	/** In words; n8n would replace a message that holds a code with one of its own. */
	text: string;
	/** `retryable`: nobody was reached, so nothing can have happened. `rejected`: nobody ever will be. */
	kind?: 'retryable' | 'rejected';
	/** How to fix it, where more can be said than for the others. */
	description?: string;
}

const CHECK_CONNECTION =
	'Check that n8n can reach the API URL in the credential, including through any proxy or firewall. If it can, try again in a few minutes.';
const CHECK_CERTIFICATE =
	"Check 'API URL' in the credential. If a proxy or gateway with its own certificate authority is in between, add that authority to n8n with the environment variable NODE_EXTRA_CA_CERTS.";
const CHECK_HTTPS =
	"Check the port and the beginning of 'API URL' in the credential: https:// needs a server that uses TLS.";

/**
 * The first that matches counts. Sources: https://nodejs.org/api/errors.html and https://nodejs.org/api/tls.html (codes
 * of certificates)
 */
const NETWORK_ERRORS: NetworkError[] = [
	{ codes: /^ECONNREFUSED$/, text: 'connection refused', kind: 'retryable' },
	{ codes: /^(ENOTFOUND|EAI_AGAIN)$/, text: 'host name not found', kind: 'retryable' },
	{ codes: /^EHOSTUNREACH$/, text: 'host unreachable', kind: 'retryable' },
	{ codes: /^ENETUNREACH$/, text: 'network unreachable', kind: 'retryable' },
	{
		codes: /^TLS_DISCONNECTED$/,
		text: 'connection closed before it was secure',
		kind: 'retryable',
		description: CHECK_HTTPS,
	},
	{ codes: /^(ECONNRESET|EPIPE)$/, text: 'connection reset' },
	{ codes: /^(ECONNABORTED|ETIMEDOUT)$/, text: 'timed out' },
	{
		codes: /^CERT_HAS_EXPIRED$/,
		text: 'the certificate of the server has expired',
		kind: 'rejected',
		description: CHECK_CERTIFICATE,
	},
	{
		codes: /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
		text: 'the certificate of the server is for another host name',
		kind: 'rejected',
		description: CHECK_CERTIFICATE,
	},
	{
		codes:
			/^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERROR_IN_C|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_)/,
		text: "the certificate of the server isn't trusted",
		kind: 'rejected',
		description: CHECK_CERTIFICATE,
	},
	{
		codes: /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE)/,
		text: "the server doesn't use HTTPS",
		kind: 'rejected',
		description: CHECK_HTTPS,
	},
	{
		codes: /^(ERR_SSL|ERR_TLS|EPROTO)/,
		text: 'no secure connection could be set up (TLS handshake failed)',
		kind: 'rejected',
		description: `${CHECK_HTTPS} If it does, its TLS version or settings don't match those of n8n.`,
	},
	{
		codes: /^HPE_INVALID_CONSTANT$/,
		text: "the server doesn't use HTTP",
		kind: 'rejected',
		description:
			"Check the port and the beginning of 'API URL' in the credential: a server that uses TLS needs https://.",
	},
	{
		codes: /^(ERR_INVALID_CHAR|ERR_HTTP_INVALID_HEADER_VALUE)$/,
		text: "the credential contains a character that can't be sent",
		kind: 'rejected',
		description: 'Enter the API key in the credential again, without line breaks.',
	},
	{
		codes: /^(ERR_INVALID_URL|ERR_UNESCAPED_CHARACTERS)$/,
		text: "the URL isn't valid",
		kind: 'rejected',
		description: "Check 'API URL' in the credential.",
	},
];

/**
 * What a call without a response means: what matters is whether the request can have arrived.
 *
 * @param code of the network, such as `ECONNREFUSED`; empty if there is none
 */
export function networkAnswer(
	code: string,
	action: string,
	{ name }: ServiceName,
): Answer<never, ErrorDetails> {
	const known = NETWORK_ERRORS.find(({ codes }) => codes.test(code));
	const error: ErrorDetails = {
		message: `Couldn't reach ${name} when ${action}: ${known?.text ?? 'connection lost'}`,
		description: known?.description ?? CHECK_CONNECTION,
	};
	return { kind: known?.kind ?? 'indeterminate', error };
}

/** What is read of an error that n8n or axios throws. */
interface ThrownError {
	code?: unknown;
	httpCode?: unknown;
	message?: unknown;
	description?: unknown;
	cause?: unknown;
	errorResponse?: unknown;
}

/**
 * The code of the network in what n8n threw: n8n wraps what axios throws, so it can be in the error or in one of its
 * causes. Where codes say too little, the message counts: a connection that ended during the TLS handshake is
 * `TLS_DISCONNECTED`, and Node 20 has `EPROTO` for all that newer versions tell apart.
 */
export function networkCode(error: unknown): string {
	const chain = causesOf(error);
	const messages = chain.map(({ message }) => String(message)).join('\n');
	if (/before secure TLS connection was established/.test(messages)) return 'TLS_DISCONNECTED';
	if (/EPROTO.*(wrong version number|packet length too long|http request)/i.test(messages)) {
		return 'ERR_SSL_WRONG_VERSION_NUMBER';
	}
	const codes = chain.flatMap(({ code, httpCode }) => [code, httpCode]);
	return codes.find(isCode) ?? '';
}

/** What n8n itself refuses to send to, by its own settings. @returns nothing for every other error */
export function refusedByN8n(error: unknown, action: string): ErrorDetails | undefined {
	const refusal = causesOf(error).find(({ message }) =>
		/^(The request was blocked because|Domain not allowed)/.test(String(message)),
	);
	if (!refusal) return undefined;
	const { message, description } = refusal;
	return {
		message: `n8n doesn't allow the request when ${action}: ${String(message)}`,
		description:
			typeof description === 'string'
				? description
				: "Check 'API URL' and the allowed domains in the credential.",
	};
}

function isCode(text: unknown): text is string {
	return typeof text === 'string' && /^[A-Z][A-Z0-9_]+$/.test(text);
}

/** An error and its causes, as far as they go. */
function causesOf(error: unknown): ThrownError[] {
	const causes: ThrownError[] = [];
	let next = error;
	while (typeof next === 'object' && next !== null && causes.length < 5) {
		const thrown: ThrownError = next;
		causes.push(thrown);
		next = thrown.cause ?? thrown.errorResponse;
	}
	return causes;
}
