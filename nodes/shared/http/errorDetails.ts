/** Why a call brought nothing, as a user reads it. Holds no secret. */
export interface ErrorDetails {
	/** What happened. */
	message: string;
	/** How to get unstuck. */
	description: string;
	/** HTTP status, where there was one. */
	httpCode?: number;
}

/** The service that a fault is about. */
interface Service {
	name: string;
	/** Where its API usually is. */
	baseUrl: string;
}

/** How to get unstuck where nothing but time helps. */
const RETRY_ADVICE = 'It usually passes. Try again later.';

/**
 * What a bad status means where it means the same for every service.
 *
 * @returns what happened, and how to get unstuck; nothing for all other statuses
 */
export function describeStatus(
	{ name, baseUrl }: Service,
	status: number,
): [message: string, description: string] | undefined {
	if (status === 429) {
		return ['Too many requests', 'Lower Concurrency in the options, or run this again later.'];
	}
	if (status >= 500) return [`${name} is out of order`, RETRY_ADVICE];
	if (status >= 300 && status < 400) {
		return [
			'The API URL leads elsewhere',
			`Redirects are not followed, as they would take the API key along. Enter the final address as API URL in the credential, usually ${baseUrl}.`,
		];
	}
	return undefined;
}

/** An answer with a good status that holds nothing usable. */
export function unreadableResponse(
	{ name, baseUrl }: Service,
	status: number,
	action: string,
): ErrorDetails {
	return {
		message: `${name}'s answer to ${action} could not be read (status ${status})`,
		description: `Check that the API URL in the credential is right, usually ${baseUrl}. If it is: ${RETRY_ADVICE.toLowerCase()}`,
		httpCode: status,
	};
}

/** The network's codes in words; n8n would replace a message that holds a code by one of its own. */
const NETWORK_ERROR_TEXT: Record<string, string> = {
	ECONNREFUSED: 'connection refused',
	ECONNRESET: 'connection cut',
	ECONNABORTED: 'no answer in time',
	ETIMEDOUT: 'no answer in time',
	ENOTFOUND: 'host name not found',
	EAI_AGAIN: 'host name not found',
	EHOSTUNREACH: 'host not reachable',
	ENETUNREACH: 'network not reachable',
};

/** A call without an answer. @param code what the network said, such as ECONNREFUSED */
export function networkError({ name }: Service, code: string, action: string): ErrorDetails {
	return {
		message: `${name} gave no answer to ${action}: ${NETWORK_ERROR_TEXT[code] ?? 'connection lost'}`,
		description: `Check that n8n can reach the API URL in the credential, also through proxies and firewalls. If it can: ${RETRY_ADVICE.toLowerCase()}`,
	};
}
