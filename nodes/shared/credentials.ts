import {
	type IAuthenticate,
	type ICredentialDataDecryptedObject,
	type ICredentialTestRequest,
	type INodeProperties,
	UserError,
} from 'n8n-workflow';

/** The credential's API URL. @param defaultUrl of the service itself */
export function apiUrlField(defaultUrl: string): INodeProperties {
	return {
		displayName: 'API URL',
		name: 'baseUrl',
		type: 'string',
		default: defaultUrl,
		placeholder: `e.g. ${defaultUrl}`,
		description:
			'Base URL for API requests. Only change it if you route requests through your own gateway.',
	};
}

/**
 * Adds the headers to requests to the API URL's own host, and no others: the key is sent nowhere else.
 *
 * A function, not an expression: n8n evaluates expressions again for each request, which takes longer than the rest of
 * it.
 *
 * @param headersOf the headers that hold the key
 * @param defaultUrl of the service itself
 * @throws UserError for an API URL that can't be one; the credential's test shows its message
 */
export function authenticateWithHeaders(
	headersOf: (credential: ICredentialDataDecryptedObject) => Record<string, string>,
	defaultUrl: string,
): IAuthenticate {
	return async (credential, request) => {
		// The HTTP Request node still calls it `uri`.
		const { uri } = request as { uri?: string };
		const entered = String(credential.baseUrl || '').trim();
		if (entered && !(/^https?:/i.test(entered) && URL.canParse(entered))) {
			throw new UserError(
				`'API URL' isn't a valid URL. Enter one that starts with https://, usually ${defaultUrl}.`,
			);
		}
		const url = new URL(request.url ?? uri, request.baseURL);
		const apiUrl = new URL(entered || url);
		if (url.host === apiUrl.host) {
			request.headers = { ...request.headers, ...headersOf(credential) };
		}
		return request;
	};
}

/** What the rules of a credential's test say of one service. */
interface TestTexts {
	/** Name of the service. */
	name: string;
	/** Of the service itself. */
	defaultUrl: string;
	/** What to do about a key that is refused. */
	checkKey: string;
	/** A field that the answer has at top level, and that web pages and other services don't have. */
	answerField: string;
}

/**
 * Sentences for what the test of a credential can meet; n8n itself would show `Unauthorized`. A connection that fails has
 * no rule: n8n shows its code, such as `ECONNREFUSED`.
 */
export function testRules({
	name,
	defaultUrl,
	checkKey,
	answerField,
}: TestTexts): ICredentialTestRequest['rules'] {
	const checkUrl = `Check 'API URL': it is usually ${defaultUrl}.`;
	const notFound = `There is no API of ${name} at this address. ${checkUrl}`;
	const redirected = `'API URL' redirects to another address, and redirects aren't followed. ${checkUrl}`;
	const unavailable = `${name} is currently unavailable. This is usually temporary: try again in a few minutes.`;
	const byCode: Record<number, string> = {
		401: `${name} rejected the API key. ${checkKey}`,
		403: `The API key doesn't have permission to use the API of ${name}. ${checkKey}`,
		404: notFound,
		405: notFound,
		407: 'The proxy that n8n sends requests through requires authentication. Check the proxy settings of n8n (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY).',
		429: `${name} is limiting the number of requests. Try again in a few minutes.`,
		...Object.fromEntries([301, 302, 303, 307, 308].map((code) => [code, redirected])),
		...Object.fromEntries([500, 502, 503, 504].map((code) => [code, unavailable])),
	};
	const rules = Object.entries(byCode).map(([code, message]) => ({
		type: 'responseCode',
		properties: { value: Number(code), message },
	}));
	// n8n takes both kinds together, although its type doesn't.
	return [
		...rules,
		{
			type: 'responseSuccessBody',
			properties: { key: answerField, value: undefined, message: notFound },
		},
	] as ICredentialTestRequest['rules'];
}
