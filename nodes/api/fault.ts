import { isObject, parseJson } from '../shared/http/answers';

/** Why a call brought nothing, as a user reads it. Holds no secret. */
export interface Fault {
	/** What happened. */
	message: string;
	/** How to get unstuck. */
	description: string;
	/** HTTP status, where there was one. */
	httpCode?: number;
}

const KEY_PAGE =
	'Check the API key in the credential. Keys are made in Copy.ai under Configuration > API Keys by an owner or admin, may expire after 12 months, and act with the rights of one user.';
const LATER = 'It usually passes. Try again later.';

/** What a bad status means and how to get unstuck. Source: the error table of Copy.ai's docs, and HTTP. */
export function statusFault(status: number, body: unknown, what: string): Fault {
	const answer = typeof body === 'string' ? parseJson(body) : body;
	const code =
		isObject(answer) && typeof answer.errorCode === 'string' ? answer.errorCode : undefined;
	const said = `Copy.ai answered ${status}${code ? ` ${code.slice(0, 100)}` : ''} to ${what}`;
	const fault = (message: string, description: string) => ({
		message,
		description,
		httpCode: status,
	});

	if (code === 'WORKFLOW_CREDIT_LIMIT_REACHED') {
		return fault(
			`The workflow's credit limit is reached: ${said}`,
			'Raise the limit of the workflow or add credits in Copy.ai, then run this again. Nothing was started for this item.',
		);
	}
	if (status === 401) return fault(`The API key was not accepted: ${said}`, KEY_PAGE);
	if (status === 403) return fault(`The API key may not do this: ${said}`, KEY_PAGE);
	if (status === 404) {
		return fault(
			`Not found: ${said}`,
			"Check the id. A key finds only what its user may see in Copy.ai, so a colleague's workflow can be missing too. A run just started can be missing for some seconds.",
		);
	}
	if (status === 422) {
		return fault(
			`The request was not valid: ${said}${details(answer)}`,
			"Compare the variables with the workflow's inputs: names count to the letter, case, blanks and hyphens included.",
		);
	}
	if (status === 429) {
		return fault(
			`Too many requests: ${said}`,
			'Lower Concurrency in the options, or run this again later.',
		);
	}
	if (status >= 500) return fault(`Copy.ai is out of order: ${said}`, LATER);
	if (status >= 300 && status < 400) {
		return fault(
			`The API URL leads elsewhere: ${said}`,
			'Redirects are not followed, as they would take the API key along. Enter the final address as API URL in the credential, usually https://api.copy.ai/api.',
		);
	}
	return fault(
		`Copy.ai did not accept the request: ${said}`,
		"Check the ids and the variables: names must be those of the workflow's inputs.",
	);
}

/** An answer with a good status that holds nothing usable. */
export function unreadableFault(status: number, what: string): Fault {
	return {
		message: `Copy.ai's answer to ${what} could not be read (status ${status})`,
		description: `Check that the API URL in the credential is right, usually https://api.copy.ai/api. If it is: ${LATER.toLowerCase()}`,
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
export function networkFault(code: string, what: string): Fault {
	return {
		message: `Copy.ai gave no answer to ${what}: ${NETWORK_WORDS[code] ?? 'connection lost'}`,
		description: `Check that n8n can reach the API URL in the credential, also through proxies and firewalls. If it can: ${LATER.toLowerCase()}`,
	};
}

/** `{field: [reason, …]}` as text. */
function details(answer: unknown): string {
	if (!isObject(answer) || !isObject(answer.details)) return '';
	const reasons = Object.entries(answer.details).map(([field, list]) => {
		const texts = (Array.isArray(list) ? list : [list]).map((reason) =>
			typeof reason === 'string' ? reason : JSON.stringify(reason),
		);
		return `${field}: ${texts.join(', ')}`;
	});
	return reasons.length > 0 ? ` (${reasons.join('; ').slice(0, 500)})` : '';
}
