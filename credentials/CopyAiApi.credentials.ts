import type { ICredentialTestRequest, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';
import { apiUrlField, authenticateWithHeaders } from '../nodes/shared/credentials';

/** A workspace's API key. It is sent in one header, only to the API URL's own host. Source: https://support.fullcast.com/apidocs */
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
				'Workspace owners and admins can create one in Copy.ai under Configuration > API Keys. The key is only shown once.',
		},
		apiUrlField('https://api.copy.ai/api'),
	];

	authenticate = authenticateWithHeaders(({ apiKey }) => ({
		'x-copy-ai-api-key': String(apiKey ?? '').trim(),
	}));

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ ($credentials.baseUrl || "https://api.copy.ai/api").trim().replace(/\\/+$/, "").replace(/^(https:\\/\\/api\\.copy\\.ai)$/, "$1/api") }}',
			url: '/webhook?size=1&page=0',
			// A redirect would send the key to wherever it points.
			disableFollowRedirect: true,
		},
	};
}
