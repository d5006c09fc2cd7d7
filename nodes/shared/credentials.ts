import type { IAuthenticate, ICredentialDataDecryptedObject, INodeProperties } from 'n8n-workflow';

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
 */
export function authenticateWithHeaders(
	headersOf: (credential: ICredentialDataDecryptedObject) => Record<string, string>,
): IAuthenticate {
	return async (credential, request) => {
		// The HTTP Request node still calls it `uri`.
		const { uri } = request as { uri?: string };
		const url = new URL(request.url ?? uri, request.baseURL);
		const apiUrl = new URL(String(credential.baseUrl || url).trim());
		if (url.host === apiUrl.host) {
			request.headers = { ...request.headers, ...headersOf(credential) };
		}
		return request;
	};
}
