import type { ICredentialTestRequest, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';
import { apiUrlField, authenticateWithHeaders, testRules } from '../nodes/shared/credentials';

const API_URL = 'https://api.copy.ai/api';

/** A workspace's API key. It is sent in one header, only to the API URL's own host. Source: https://support.fullcast.com/apidocs */
export class CopyAiApi implements ICredentialType {
	name = 'copyAiApi';

	displayName = 'Copy.ai API';

	icon: Icon = { light: 'file:copyAi.svg', dark: 'file:copyAi.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-copy-ai/n8n-nodes-copy-ai';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'The API key of a Copy.ai workspace, which Copy.ai shows only once',
			hint: 'Owners and admins create one in <a href="https://app.copy.ai" target="_blank">Copy.ai</a> under Configuration > API Keys. See the <a href="https://support.fullcast.com/apidocs" target="_blank">API documentation</a> at Fullcast, who own Copy.ai.',
		},
		apiUrlField(API_URL),
	];

	authenticate = authenticateWithHeaders(
		({ apiKey }) => ({ 'x-copy-ai-api-key': String(apiKey ?? '').trim() }),
		API_URL,
	);

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ ($credentials.baseUrl || "https://api.copy.ai/api").trim().replace(/\\/+$/, "").replace(/^(https:\\/\\/api\\.copy\\.ai)$/, "$1/api") }}',
			url: '/webhook?size=1&page=0',
			// A redirect would send the key to wherever it points.
			disableFollowRedirect: true,
		},
		rules: testRules({
			name: 'Copy.ai',
			defaultUrl: API_URL,
			checkKey:
				'Owners and admins create one in Copy.ai under Configuration > API Keys; it can expire.',
			answerField: 'data',
		}),
	};
}
