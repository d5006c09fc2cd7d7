import type {
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

/** An organization's API key. It goes out as one header, to the API URL's own host and nowhere else. */
export class B3osApi implements ICredentialType {
	name = 'b3osApi';

	displayName = 'B3OS API';

	icon: Icon = { light: 'file:b3os.svg', dark: 'file:b3os.dark.svg' };

	documentationUrl = 'https://docs.b3os.org';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'e.g. b3sk_…',
			description:
				'Made in B3OS under Organization Settings > API Keys. Starting and cancelling runs need the scope read-write.',
		},
		{
			displayName: 'API URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.b3os.org',
			placeholder: 'e.g. https://api.b3os.org',
			description: 'Where requests go. Leave it as it is unless you use a gateway of your own.',
		},
		{
			displayName: 'Organization ID',
			name: 'organizationId',
			type: 'string',
			default: '',
			placeholder: 'e.g. org_0a1b2c3d',
			description: 'Only some accounts need it: those whose key is good for several organizations',
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
			const organizationId = String(credentials.organizationId ?? '').trim();
			request.headers = {
				...request.headers,
				authorization: `Bearer ${String(credentials.apiKey ?? '').trim()}`,
				...(organizationId && { 'x-org-id': organizationId }),
			};
		}
		return request;
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ ($credentials.baseUrl || "https://api.b3os.org").trim().replace(/\\/+$/, "") }}',
			url: '/v1/organizations',
			// A redirect would take the key along to wherever it points.
			disableFollowRedirect: true,
		},
	};
}
