import type {
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

/** A workspace's API key. It goes out as one header, to the API URL's own host and nowhere else. */
export class CopyAiApi implements ICredentialType {
	name = 'copyAiApi';

	displayName = 'Copy.ai API';

	icon: Icon = { light: 'file:copyAi.svg', dark: 'file:copyAi.dark.svg' };

	documentationUrl = 'https://support.fullcast.com/apidocs';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description:
				'An owner or admin of the workspace creates it in Copy.ai under Configuration > API Keys. It is shown once.',
		},
		{
			displayName: 'API URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.copy.ai/api',
			placeholder: 'e.g. https://api.copy.ai/api',
			description: 'Where requests go. Leave it as it is unless you use a gateway of your own.',
		},
	];

	// A function, not an expression: n8n evaluates expressions anew for each request, which takes longer than the
	// rest of it.
	authenticate: IAuthenticate = async (credentials, request) => {
		// The HTTP Request node still calls it `uri`.
		const { uri } = request as { uri?: string };
		const url = new URL(request.url ?? uri, request.baseURL);
		const home = new URL(String(credentials.baseUrl || url).trim());
		if (url.host === home.host) {
			const key = String(credentials.apiKey ?? '').trim();
			request.headers = { ...request.headers, 'x-copy-ai-api-key': key };
		}
		return request;
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ ($credentials.baseUrl || "https://api.copy.ai/api").trim().replace(/\\/+$/, "").replace(/^(https:\\/\\/api\\.copy\\.ai)$/, "$1/api") }}',
			url: '/webhook?size=1&page=0',
			// A redirect would take the key along to wherever it points.
			disableFollowRedirect: true,
		},
	};
}
