import type { IAuthenticate, ICredentialDataDecryptedObject, INodeProperties } from 'n8n-workflow';

/** @param defaultUrl where requests go unless somebody has a gateway */
export function apiUrlField(defaultUrl: string): INodeProperties {
	return {
		displayName: 'API URL',
		name: 'baseUrl',
		type: 'string',
		default: defaultUrl,
		placeholder: `e.g. ${defaultUrl}`,
		description: 'Where requests go. Leave it as it is unless you use a gateway of your own.',
	};
}

/**
 * Signs requests to the API URL's own host, and no others: the key goes nowhere else.
 *
 * A function, not an expression: n8n evaluates expressions anew for each request, which takes longer than the rest of
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
		const home = new URL(String(credential.baseUrl || url).trim());
		if (url.host === home.host) {
			request.headers = { ...request.headers, ...headersOf(credential) };
		}
		return request;
	};
}
