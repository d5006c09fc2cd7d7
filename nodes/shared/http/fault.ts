import type { Fault } from '../../api/fault';

export type { Fault };

/** The service that a fault is about. */
interface Service {
	name: string;
	/** Where its API usually is. */
	baseUrl: string;
}

/** How to get unstuck where nothing but time helps. */
export const LATER = 'It usually passes. Try again later.';

/** An answer with a good status that holds nothing usable. */
export function unreadableFault({ name, baseUrl }: Service, status: number, what: string): Fault {
	return {
		message: `${name}'s answer to ${what} could not be read (status ${status})`,
		description: `Check that the API URL in the credential is right, usually ${baseUrl}. If it is: ${LATER.toLowerCase()}`,
		httpCode: status,
	};
}

/** The network's codes in words; n8n would replace a message that holds a code by one of its own. */
const NETWORK_WORDS: Record<string, string> = {
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
export function networkFault({ name }: Service, code: string, what: string): Fault {
	return {
		message: `${name} gave no answer to ${what}: ${NETWORK_WORDS[code] ?? 'connection lost'}`,
		description: `Check that n8n can reach the API URL in the credential, also through proxies and firewalls. If it can: ${LATER.toLowerCase()}`,
	};
}
